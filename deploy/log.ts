import pino from "pino";
import type { Log } from "../actors/ports.ts";
import { redact } from "./redact.ts";

/**
 * Structured logs: one JSON object a line on standard output, or on standard error where the output is a report; `time`
 * in UTC. Orders are named by id; names and phone numbers never get here, nor do passwords, and the paths and
 * {@link redact} are a net under that.
 */
export const createLog = (level: string, to: "stdout" | "stderr" = "stdout"): Log =>
  pino(
    {
      level,
      base: { app: "jumun" },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.err },
      redact: { paths: ["customer", "*.customer", "authorization", "*.authorization"], censor: "[redacted]" },
      hooks: { streamWrite: redact },
    },
    pino.destination({ fd: to === "stdout" ? 1 : 2, sync: true }),
  );
