import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { resolve } from "node:path";
import { allHolds, reportOf } from "../../deploy/simulate/report.ts";
import { type Summary, simulate } from "../../deploy/simulate/run.ts";
import { scripts } from "../../deploy/simulate/scripts.ts";
import { openLiar, openShop } from "./shop.ts";

setDefaultTimeout(120_000);

const ORDERS = 300;
const PROGRAM = resolve(import.meta.dir, "../../deploy/simulate.ts");
let shop: Awaited<ReturnType<typeof openShop>>;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop?.close());

const visit = (options: Partial<Parameters<typeof simulate>[0]> = {}): Promise<Summary> =>
  simulate({
    url: shop.url,
    toss: shop.mock.url,
    orders: ORDERS,
    rate: 10_000,
    seed: 20_261_125,
    concurrency: 48,
    thinkMs: 0,
    ...options,
  });

/** Runs the command as a user does. */
const run = (...args: string[]) => {
  const child = Bun.spawn([process.execPath, PROGRAM, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const said = Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return {
    child,
    ended: child.exited.then(async (code) => ({ code, out: (await said)[0], err: (await said)[1] })),
  };
};

test("simulate_findsNothingBroken_hundredsOfCustomersOfEveryKind", async () => {
  const summary = await visit();
  expect(summary.invariants.broken).toEqual([]);
  expect(allHolds(summary)).toBe(true);
  expect(summary).toMatchObject({ customers: ORDERS, orders: ORDERS });
  expect([...summary.scripts.keys()].toSorted()).toEqual(scripts.map(({ name }) => name).toSorted());
  // Nothing is idle: each invariant was checked, and the books of every order compared.
  const { counts } = summary.invariants;
  expect(Math.min(...[...counts.values()].map(({ checked }) => checked))).toBeGreaterThan(0);
  expect(counts.get("the same Idempotency-Key gets the same reply")?.checked).toBeGreaterThan(50);
  expect(counts.get("a refused command is not in the history")?.checked).toBeGreaterThan(20);
  expect(counts.get("nothing is held of a refunded order")?.checked).toBeGreaterThan(5);
  expect(typeof summary.books === "string" ? summary.books : summary.books.totals()).toEqual({
    checked: ORDERS,
    broken: 0,
  });
  const figures = summary.figures.get("place");
  expect(figures?.count).toBeGreaterThanOrEqual(ORDERS);
  expect(figures?.p99).toBeGreaterThanOrEqual(figures?.p50 ?? 0);
  expect(reportOf(summary)).toMatch(/invariants: [\d,]+ checked, 0 broken$/);
});

test("simulate_sendsTheSameCustomers_sameSeed", async () => {
  const [one, same, other] = [
    await visit({ orders: 60, seed: 5 }),
    await visit({ orders: 60, seed: 5 }),
    await visit({ orders: 60, seed: 6 }),
  ];
  const chosen = ({ scripts: by, figures }: Summary) => ({
    scripts: new Map([...by].toSorted()),
    sent: ["place", "pay", "cancel", "restock", "confirm", "refused"].map((one) => figures.get(one)?.count),
  });
  expect(chosen(same)).toEqual(chosen(one));
  expect(chosen(other)).not.toEqual(chosen(one));
});

test("simulate_finds_aBalanceThatIsWrong", async () => {
  let victim = "";
  const liar = openLiar(shop.url, (path, answer) => {
    if (!/^\/orders\/[^/]+$/.test(path) || answer.state !== "paid") return answer;
    victim ||= path;
    return path === victim ? { ...answer, balance: Number(answer.balance) + 1 } : answer;
  });
  const summary = await visit({ url: liar.url, orders: 40 });
  await liar.close();
  expect(allHolds(summary)).toBe(false);
  expect(new Set(summary.invariants.broken.map(({ orderId }) => `/orders/${orderId}`))).toEqual(
    new Set([victim]),
  );
  expect(summary.invariants.broken.map(({ invariant }) => invariant)).toContain(
    "the balance is paid − refunded",
  );
  expect(reportOf(summary)).toContain(victim.replace("/orders/", ""));
});

test("simulate_finds_moneyThatOnlyTossKnowsOf", async () => {
  let victim: unknown;
  const liar = openLiar(shop.mock.url, (path, { accounts }) => {
    const its = (accounts as Record<string, unknown>[]).findLast(
      ({ capturedAmount }) => capturedAmount !== 0,
    );
    victim = its?.orderId;
    if (its && path === "/mock/accounts") its.refundedAmount = Number(its.refundedAmount) + 1;
    return { accounts };
  });
  const summary = await visit({ toss: liar.url, orders: 20 });
  await liar.close();
  expect(summary.invariants.broken).toEqual([]);
  expect(typeof summary.books === "string" ? [] : summary.books.broken.map(({ orderId }) => orderId)).toEqual(
    [String(victim)],
  );
  expect(allHolds(summary)).toBe(false);
});

test("simulate_endsWith1AndNamesTheOrders_commandLineOnALyingGateway", async () => {
  const liar = openLiar(shop.url, (path, answer) =>
    path.endsWith("/history") ? { ...answer, entries: (answer.entries as object[]).slice(1) } : answer,
  );
  const { code, out } = await run("--url", liar.url, "--orders", "5", "--rate", "1000").ended;
  await liar.close();
  expect(code).toBe(1);
  expect(out).toMatch(/BROKEN {2}\S{6,} {2}the history has no gap/);
  expect(out).toMatch(/invariants: [\d,]+ checked, [1-9][\d,]* broken\n$/);
});

test("simulate_endsWith0_commandLineFindsTheMockItself", async () => {
  const { code, out, err } = await run("--url", shop.url, "--orders", "20", "--rate", "1000", "--seed", "3")
    .ended;
  expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining(shop.mock.url) });
  expect(out).toContain("Toss' books, apart: 20 orders compared, 0 differ");
});

test("simulate_checksWhatWasDone_interrupted", async () => {
  const { child, ended } = run("--url", shop.url, "--orders", "100000", "--rate", "50");
  const before = shop.mock.ledger.accounts().length;
  while (shop.mock.ledger.accounts().length < before + 10) await Bun.sleep(20);
  child.kill("SIGINT");
  const { code, out } = await ended;
  expect(code).toBe(0);
  expect(out).toMatch(/^\d+ customers, \d+ orders/m);
  expect(out).toMatch(/invariants: [\d,]+ checked, 0 broken\n$/);
});

test.each([
  ["a rate that is none", ["--rate", "fast"], "--rate fast"],
  ["a flag that is none", ["--order", "5"], "--order"],
  ["no gateway", ["--url", "http://127.0.0.1:9"], "bun run start --mock"],
] as const)("simulate_endsWith2_%s", async (_, args, said) => {
  const { code, out, err } = await run(...args).ended;
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toContain(said);
});

test("simulate_sendsNothing_gatewayWithARealToss", async () => {
  const paths: string[] = [];
  const real = openLiar(shop.url, (path, { tossMock: _, ...answer }) => {
    paths.push(path);
    return answer;
  });
  const { code, err } = await run("--url", real.url, "--toss", shop.mock.url).ended;
  await real.close();
  expect(code).toBe(2);
  expect(err).toContain("does not pay through the Toss mock");
  expect(paths).toEqual(["/healthz"]);
});
