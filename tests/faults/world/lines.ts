import { type Line, openLine } from "./line.ts";

/** Opens lines one by one, each closed with `opened`; `all` of them are for the nemesis. */
export const createLines = (opened: AsyncDisposableStack) => {
  const all: Line[] = [];
  return {
    all,
    /** Resolves to the port that leads to `target`. */
    async open(name: string, target: number): Promise<number> {
      const one = await openLine({ name, target });
      opened.defer(() => one.close());
      all.push(one);
      return one.port;
    },
  };
};
