import type { Socket } from "bun";
import { createToss, type Toss, type TossOptions } from "../../actors/toss.ts";

export const SECRET_KEY = "test_sk_a1B2c3D4e5F6g7H8i9J0";

/** A Payment object as Toss writes it, with some of the fields that Jumun does not use. */
export const paymentBody = (changes: object = {}) => ({
  version: "2022-11-16",
  paymentKey: "tgen_20261123100000abcde",
  type: "NORMAL",
  orderId: "order-0001",
  orderName: "두 개의 상품",
  mId: "tvivarepublica",
  currency: "KRW",
  method: "카드",
  totalAmount: 15_000,
  balanceAmount: 15_000,
  status: "DONE",
  requestedAt: "2026-11-23T09:58:00+09:00",
  approvedAt: "2026-11-23T10:00:00+09:00",
  useEscrow: false,
  lastTransactionKey: "txrd_a01",
  suppliedAmount: 13_636,
  vat: 1_364,
  cancels: null,
  card: {
    issuerCode: "41",
    acquirerCode: "41",
    number: "43301234****123*",
    installmentPlanMonths: 0,
    approveNo: "00000000",
    cardType: "신용",
  },
  virtualAccount: null,
  mobilePhone: { customerMobilePhone: { plain: "01012341234" } },
  easyPay: null,
  secret: "ps_secret",
  metadata: { note: "gift" },
  country: "KR",
  ...changes,
});

export const errorBody = (code: string, message = "안내 문구") => ({ code, message });

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}

type Answer = (seen: Seen) => Response | Promise<Response>;

/** A stand-in for Toss on this machine that gives `answer` to every request. */
export const serveToss = (first: Answer) => {
  const seen: Seen[] = [];
  let answer = first;
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 60,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      const entry = {
        method: request.method,
        path: pathname,
        headers: request.headers,
        body: await request.text(),
      };
      seen.push(entry);
      return answer(entry);
    },
  });
  return {
    seen,
    url: server.url.origin,
    now(next: Answer) {
      answer = next;
    },
    [Symbol.asyncDispose]: () => server.stop(true),
  };
};

/** A server that speaks TCP by hand: `onRequest` gets the number of the request and its connection. */
export const listenToss = (onRequest: (count: number, socket: Socket) => void) => {
  let count = 0;
  const listener = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket, bytes) {
        if (/^(?:GET|POST) /.test(bytes.toString())) onRequest(++count, socket);
      },
      error() {},
    },
  });
  return {
    url: `http://127.0.0.1:${listener.port}`,
    get count() {
      return count;
    },
    stopListening: () => listener.stop(false),
    [Symbol.dispose]: () => listener.stop(true),
  };
};

/** A URL of this machine at which nobody listens. */
export const deadUrl = (): string => {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  listener.stop(true);
  return `http://127.0.0.1:${listener.port}`;
};

export const tossAt = (baseUrl: string, options: Partial<TossOptions> = {}): Toss =>
  createToss({ baseUrl, secretKey: SECRET_KEY, ...options });

export const confirmRequest = {
  paymentKey: "tgen_20261123100000abcde",
  orderId: "order-0001",
  amount: 15_000,
};

export const cancelRequest = {
  paymentKey: "tgen_20261123100000abcde",
  cancelAmount: 5_000,
  refundableAmount: 15_000,
  cancelReason: "[Cc1] 단순 변심",
};

/** A log that keeps what it is told. */
export const keepLog = () => {
  const entries: { level: string; fields: object; message: string }[] = [];
  const keep = (level: string) => (fields: object, message: string) => {
    entries.push({ level, fields, message });
  };
  return {
    entries,
    log: { debug: keep("debug"), info: keep("info"), warn: keep("warn"), error: keep("error") },
  };
};

/** Resolves once `check` holds; fails after five seconds. */
export const until = async (check: () => boolean): Promise<void> => {
  const deadline = Date.now() + 5_000;
  while (!check()) {
    if (Date.now() > deadline) throw new Error("It did not happen within five seconds.");
    await Bun.sleep(5);
  }
};
