import { expect, test } from "bun:test";
import {
  balanceOf,
  createOrderDomain,
  defaultPolicy,
  restoreSnapshot,
  SNAPSHOT_VERSION,
  SnapshotError,
  storeSnapshot,
  timersOf,
} from "../../machines/mod.ts";
import { stateOf } from "../../machines/order/state.ts";
import orderedV1 from "../fixtures/order-snapshot-v1-ordered.json";
import paidV1 from "../fixtures/order-snapshot-v1-paid.json";
import { captures, completes, ordered, pays, type Story, storyOf } from "./builders.ts";
import { fingerprint, paymentModel, pieceModel, statesOf } from "./model.ts";

const domain = createOrderDomain(defaultPolicy);
const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const restored = (stored: unknown): Story => storyOf(restoreSnapshot(domain, stored), domain);
const sound = () => storeSnapshot(ordered().snapshot);

test.each([paymentModel, pieceModel])("restore_givesTheSameOrder_everyReachableState_$name", (model) => {
  for (const order of statesOf(model)) {
    const stored = storeSnapshot(order);
    const again = restoreSnapshot(model.domain, throughJson(stored));
    expect(fingerprint(again)).toBe(fingerprint(order));
    expect(storeSnapshot(again)).toEqual(stored);
    expect(model.domain.possible(again)).toEqual(model.domain.possible(order));
    expect(timersOf(stateOf(again), again.context)).toEqual(timersOf(stateOf(order), order.context));
  }
});

test("store_saysMachineAndVersion_anyOrder", () => {
  expect(sound()).toMatchObject({ machine: "order", version: SNAPSHOT_VERSION, value: "ordered" });
});

test("restore_upgradesAndGoesOn_paidOrderOfVersion1", () => {
  const its = restored(paidV1);
  expect(its.state).toBe("refundFailed");
  expect(its.order).not.toHaveProperty("payment");
  expect(its.order.payments).toEqual([{ attempt: 1, ...paidV1.context.payment, status: "captured" }]);

  completes(its.does("refund.retry", { cancellationId: "2" }), "2");
  expect(its.effects).toMatchObject([{ id: "refund:2:2", paymentKey: "payment-key-1", refundable: 3_000 }]);
  expect([its.state, balanceOf(its.order)]).toEqual(["partiallyRefunded", 2_000]);
  expect(storeSnapshot(its.snapshot).version).toBe(SNAPSHOT_VERSION);
});

test("restore_upgradesAndGoesOn_unpaidOrderOfVersion1", () => {
  const its = restored(orderedV1);
  expect(its.order.payments).toEqual([]);
  expect(captures(pays(its), 1).state).toBe("paid");
});

test("restore_leavesTheStoredOneAsItIs_upgradedInMemory", () => {
  const stored = throughJson(paidV1);
  restored(stored);
  expect(stored).toEqual(paidV1);
});

test.each([0, -1, 1.5, SNAPSHOT_VERSION + 1, "new", null, undefined])(
  "restore_refuses_version_%p",
  (version) => {
    expect(() => restored({ ...sound(), version })).toThrow(SnapshotError);
  },
);

test.each(["cancellation", "shipment", undefined])("restore_refuses_machine_%p", (machine) => {
  expect(() => restored({ ...sound(), machine })).toThrow(SnapshotError);
});

test.each([
  ["aRenamedState", "awaitingPayment"],
  ["aRenamedStateOfACapturedOrder", { captured: "returned" }],
  ["halfAState", "captured"],
  ["theStateBetweenStates", { captured: "route" }],
  ["noState", {}],
  ["nothing", null],
  ["aNumber", 5],
  ["aList", []],
])("restore_refuses_%s", (_, value) => {
  expect(() => restored({ ...sound(), value })).toThrow(SnapshotError);
});

test("restore_refuses_whatIsNoSnapshotAtAll", () => {
  for (const stored of [null, undefined, "order", 7, [], {}]) {
    expect(() => restored(stored)).toThrow(SnapshotError);
  }
});
