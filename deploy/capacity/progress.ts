import { SingleBar } from "cli-progress";
import { percent } from "./numbers.ts";

/** Shows on standard error what is done and how far it is. */
export interface Progress {
  /** The next thing begins. */
  step(what: string): void;
  /** @param share of the step that is done, 0 to 1 */
  tell(share: number, text: string): void;
  stop(): void;
}

const LINE_MS = 5_000;
const STEPS = 100;

/** A bar a step on a terminal, else a line a step and one every five seconds. */
export const createProgress = (stream: NodeJS.WriteStream = process.stderr): Progress =>
  stream.isTTY ? bars(stream) : lines(stream);

const bars = (stream: NodeJS.WriteStream): Progress => {
  let bar: SingleBar | undefined;
  const stop = () => {
    bar?.stop();
    bar = undefined;
  };
  return {
    step(what) {
      stop();
      const format = "{what} [{bar}] {percentage}% {text}";
      bar = new SingleBar({ stream, format, barsize: 24, hideCursor: true, gracefulExit: false });
      bar.start(STEPS, 0, { what, text: "" });
    },
    tell: (share, text) => bar?.update(Math.round(Math.min(1, share) * STEPS), { text }),
    stop,
  };
};

const lines = (stream: NodeJS.WriteStream): Progress => {
  let [current, saidAt] = ["", 0];
  return {
    step(what) {
      [current, saidAt] = [what, performance.now()];
      stream.write(`${what} …\n`);
    },
    tell(share, text) {
      if (performance.now() - saidAt < LINE_MS) return;
      saidAt = performance.now();
      stream.write(`${current} … ${percent(Math.min(1, share))} ${text}\n`);
    },
    stop() {},
  };
};
