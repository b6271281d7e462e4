import { Database } from "bun:sqlite";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Document, MongoClient } from "mongodb";
import { openMongoOrders } from "../../actors/audit/orders.mongo.ts";
import { openSqliteOrders } from "../../actors/audit/orders.sqlite.ts";
import type { AuditedOrders } from "../../actors/audit/orders.ts";
import type { AuditRecord } from "../../actors/audit/record.ts";
import { createMongoAuditStore } from "../../actors/audit/store.mongo.ts";
import { createSqliteAuditStore } from "../../actors/audit/store.sqlite.ts";
import type { AuditStore } from "../../actors/audit/store.ts";
import type { OrderStore } from "../../actors/ports.ts";
import { createMongoStore } from "../../actors/store.mongo.ts";
import { createSqliteStore } from "../../actors/store.sqlite.ts";
import { dropDatabase, mongodbUrl, uniqueDatabase } from "../contract/store-adapters.ts";

/** One shop's orders and trail, and the hand that writes past Jumun. */
export interface AuditWorld {
  /** Each call is another process over the same trail. */
  openTrail(): Promise<AuditStore>;
  openStore(): Promise<OrderStore>;
  openOrders(): Promise<AuditedOrders>;
  /** Changes the stored document of an order. */
  tamperOrder(orderId: string, change: (document: Record<string, unknown>) => void): Promise<void>;
  /** Changes an archived entry. */
  tamperArchive(
    orderId: string,
    seq: number,
    change: (entry: Record<string, unknown>) => void,
  ): Promise<void>;
  deleteOrder(orderId: string): Promise<void>;
  /** Changes a record of the trail; deletes it with `undefined`. */
  tamperRecord(n: number, change: Partial<AuditRecord> | undefined): Promise<void>;
  dispose(): Promise<void>;
}

export interface AuditAdapter {
  readonly name: "sqlite" | "mongodb";
  create(): Promise<AuditWorld>;
}

/** Closes what was opened. */
const closing = () => {
  const opened: { close(): Promise<void> }[] = [];
  return {
    async keep<T extends { close(): Promise<void> }>(opening: Promise<T> | T): Promise<T> {
      const one = await opening;
      opened.push(one);
      return one;
    },
    all: () => Promise.all(opened.map((one) => one.close())),
  };
};

const sqlite: AuditAdapter = {
  name: "sqlite",
  async create() {
    const folder = await mkdtemp(join(tmpdir(), "jumun-audit-"));
    const [orders, trail] = [join(folder, "orders.sqlite"), join(folder, "audit.sqlite")];
    const { keep, all } = closing();
    const within = (path: string, sql: string, ...values: (string | number)[]) => {
      const database = new Database(path);
      const rows = database.query<{ json: string }, (string | number)[]>(sql).all(...values);
      database.close();
      return rows[0]?.json ?? "null";
    };
    const changed = (json: string, change: (value: Record<string, unknown>) => void) => {
      const value = JSON.parse(json) as Record<string, unknown>;
      change(value);
      return JSON.stringify(value);
    };
    return {
      openTrail: () => keep(createSqliteAuditStore({ path: trail })),
      openStore: () => keep(createSqliteStore({ path: orders })),
      openOrders: () => keep(openSqliteOrders(orders)),
      async tamperOrder(orderId, change) {
        const json = within(orders, "SELECT document AS json FROM orders WHERE order_id = ?", orderId);
        const sql = "UPDATE orders SET document = ? WHERE order_id = ? RETURNING '' AS json";
        within(orders, sql, changed(json, change), orderId);
      },
      async tamperArchive(orderId, seq, change) {
        const where = "WHERE order_id = ? AND seq = ?";
        const json = within(orders, `SELECT entry AS json FROM order_history ${where}`, orderId, seq);
        const sql = `UPDATE order_history SET entry = ? ${where} RETURNING '' AS json`;
        within(orders, sql, changed(json, change), orderId, seq);
      },
      async deleteOrder(orderId) {
        within(orders, "DELETE FROM orders WHERE order_id = ? RETURNING '' AS json", orderId);
      },
      async tamperRecord(n, change) {
        const database = new Database(trail);
        database.run("DROP TRIGGER IF EXISTS audit_not_changed");
        database.run("DROP TRIGGER IF EXISTS audit_not_deleted");
        if (!change) database.run("DELETE FROM audit WHERE n = ?", [n]);
        for (const [name, value] of Object.entries(change ?? {})) {
          database.run(`UPDATE audit SET ${name} = ? WHERE n = ?`, [value, n]);
        }
        database.close();
      },
      async dispose() {
        await all();
        await rm(folder, { recursive: true, force: true });
      },
    };
  },
};

const mongodb: AuditAdapter = {
  name: "mongodb",
  async create() {
    const url = mongodbUrl();
    const database = uniqueDatabase();
    const { keep, all } = closing();
    const client = await MongoClient.connect(url);
    const collection = (name: string) =>
      client.db(database).collection<Document & { _id: string | number }>(name);
    const tamper = async (
      name: string,
      id: string | number,
      change: (document: Record<string, unknown>) => void,
    ) => {
      const found = await collection(name).findOne({ _id: id });
      if (!found) throw new Error(`There is no ${id} in ${name}.`);
      change(found);
      await collection(name).replaceOne({ _id: id }, found);
    };
    const key = (orderId: string, seq: number) => `${orderId}:${String(seq).padStart(12, "0")}`;
    return {
      openTrail: () => keep(createMongoAuditStore({ url, database })),
      openStore: () => keep(createMongoStore({ url, database })),
      openOrders: () => keep(openMongoOrders({ url, database })),
      tamperOrder: (orderId, change) => tamper("orders", orderId, change),
      tamperArchive: (orderId, seq, change) =>
        tamper("order_history", key(orderId, seq), ({ entry }) => change(entry as Record<string, unknown>)),
      async deleteOrder(orderId) {
        await collection("orders").deleteOne({ _id: orderId });
      },
      async tamperRecord(n, change) {
        if (change) await tamper("audit", n, (record) => Object.assign(record, change));
        else await collection("audit").deleteOne({ _id: n });
      },
      async dispose() {
        await all();
        await client.close();
        await dropDatabase(url, database);
      },
    };
  },
};

/** Both adapters, each to be held by the whole contract. */
export const auditAdapters: readonly AuditAdapter[] = [sqlite, mongodb];
