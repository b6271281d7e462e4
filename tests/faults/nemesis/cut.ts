import type { Line } from "../world/line.ts";
import type { Fault } from "./fault.ts";

/** All connections of a line are dropped in the middle of what they carry; new ones are whole. */
export const cut = (line: Line, weight: number): Fault => ({
  kind: "cut",
  target: line.name,
  weight,
  mostMs: 0,
  async strike() {
    line.cut();
    return async () => {};
  },
});

/** Nobody gets through for a while. */
export const block = (line: Line, weight: number): Fault => ({
  kind: "block",
  target: line.name,
  weight,
  mostMs: 2_500,
  async strike() {
    line.block();
    return async () => line.mend();
  },
});

/** Requests get through and answers do not, until the line is cut. */
export const mute = (line: Line, weight: number): Fault => ({
  kind: "mute",
  target: line.name,
  weight,
  mostMs: 2_500,
  async strike() {
    line.mute();
    return async () => line.mend();
  },
});
