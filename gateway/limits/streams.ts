import { HttpProblem } from "../problem.ts";

export interface Streams {
  /** Throws OVERLOADED when there are as many as may be. */
  enter(): void;
  leave(): void;
  readonly open: number;
}

/** Event streams, which stay for hours: a number of them at most. */
export const createStreams = (most: number, refused: () => void): Streams => {
  let open = 0;
  return {
    get open() {
      return open;
    },
    enter() {
      if (open >= most) {
        refused();
        throw new HttpProblem(
          {
            code: "OVERLOADED",
            detail: `${most} event streams are open already. Read the order instead, or connect again after Retry-After.`,
          },
          { "retry-after": "5" },
        );
      }
      open += 1;
    },
    leave() {
      open -= 1;
    },
  };
};
