import { resolve } from "node:path";
import { startProcess } from "../../crash/process.ts";
import { createMember, type Member } from "./member.ts";

const PROGRAM = resolve(import.meta.dir, "../shop.ts");

export interface ShopMemberOptions {
  readonly name: string;
  readonly folder: string;
  readonly port: number;
  /** Asked at each start, since a plan may change it. */
  readonly env: () => Readonly<Record<string, string>>;
  readonly onTrouble: (message: string) => void;
}

/** A process of the shop: gateway, runtime, or both. */
export const createShopMember = ({ name, folder, port, env, onTrouble }: ShopMemberOptions): Member =>
  createMember(name, () => startProcess({ env: env(), folder, port, program: PROGRAM }), onTrouble);
