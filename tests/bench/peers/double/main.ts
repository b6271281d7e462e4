/** The payment double as a process of its own, so that its processor time shows apart. Argument: its port. */
import { startTossDouble } from "./mod.ts";

await startTossDouble({ port: Number(process.argv[2]) });
