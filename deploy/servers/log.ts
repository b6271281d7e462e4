/** Takes progress lines of long steps, without a line end. */
export type Log = (line: string) => void;

/** To stderr, so that what a program prints on stdout stays its own. */
export const logToStderr: Log = (line) => {
  process.stderr.write(`${line}\n`);
};
