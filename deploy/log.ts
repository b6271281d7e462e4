import pino from "pino";
import type { Log } from "../actors/ports.ts";

/**
 * Structured logs: one JSON object a line on standard output, `time` in UTC. Orders are named by id; names and phone
 * numbers never get here, and these paths are a net under that.
 */
export const createLog = (level: string): Log =>
  pino(
    {
      level,
      base: { app: "jumun" },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.err },
      redact: { paths: ["customer", "*.customer", "authorization", "*.authorization"], censor: "[redacted]" },
    },
    pino.destination({ sync: true }),
  );
