import { SingleBar } from "cli-progress";
import type { Progress } from "./run.ts";

export interface ProgressShown {
  readonly onProgress: (progress: Progress) => void;
  /** Takes the bar off the terminal. */
  stop(): void;
}

const LINE_EVERY_MS = 5_000;

/** A bar where standard error is a terminal, and a plain line every few seconds where it is not. */
export const showProgress = (
  stream: NodeJS.WritableStream & { readonly isTTY?: boolean } = process.stderr,
): ProgressShown => (stream.isTTY ? barOn(stream) : linesOn(stream));

const barOn = (stream: NodeJS.WritableStream): ProgressShown => {
  let bar: SingleBar | undefined;
  let of: Progress["phase"] | undefined;
  const stop = () => {
    bar?.stop();
    bar = undefined;
  };
  return {
    onProgress({ phase, done, total }) {
      if (of !== phase) {
        stop();
        of = phase;
        const format = `${phase.padEnd(9)} [{bar}] {percentage}% | {value}/{total} | {eta_formatted} left`;
        bar = new SingleBar({ stream, format, fps: 5, hideCursor: true, gracefulExit: false, barsize: 24 });
        bar.start(total, done);
      }
      bar?.update(done);
    },
    stop,
  };
};

const linesOn = (stream: NodeJS.WritableStream): ProgressShown => {
  let saidAt = performance.now();
  return {
    onProgress({ phase, done, total }) {
      const now = performance.now();
      if (done < total && now - saidAt < LINE_EVERY_MS) return;
      saidAt = now;
      stream.write(`${phase}: ${done} of ${total}\n`);
    },
    stop() {},
  };
};
