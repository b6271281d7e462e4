import { Type } from "@sinclair/typebox";

export const Url = (protocols: string, description: string) =>
  Type.String({ pattern: `^(${protocols})://\\S+$`, description });
export const Whole = (minimum: number, maximum: number, fallback: number, description: string) =>
  Type.Integer({ minimum, maximum, default: fallback, description });
