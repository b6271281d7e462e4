export * from "./departments.ts";
export * from "./drain.ts";
export * from "./load.ts";
