import { Database } from "bun:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { checkIntegrity } from "./sqlite-open.ts";
import { plainError } from "./sqlite-trouble.ts";

try {
  const database = new Database(workerData as string, { readonly: true });
  checkIntegrity(database);
  database.close();
} catch (error) {
  parentPort?.postMessage(plainError(error));
}
