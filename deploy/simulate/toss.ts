import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";

/** What a mock's books say of one payment, in KRW. */
const Account = Type.Object({
  paymentKey: Type.String(),
  orderId: Type.String(),
  capturedAmount: Type.Integer(),
  refundedAmount: Type.Integer(),
});
export type Account = Static<typeof Account>;

const Accounts = Type.Object({ accounts: Type.Array(Account) });
const Opened = Type.Object({ paymentKey: Type.String() });

/** The Toss mock, as the buyer's browser and a curious accountant see it. */
export interface TossWindow {
  /** What the buyer does in the payment window; with `decline`, the card company will say no with this code. */
  authenticate(request: { orderId: string; amount: number; decline?: string }): Promise<string>;
  /** The books: every payment. */
  accounts(): Promise<readonly Account[]>;
}

const TRIES = 5;

/** @throws Error when the mock does not answer, or not as it should */
export const createTossWindow = (url: string): TossWindow => {
  const ask = async (path: string, body?: object): Promise<unknown> => {
    for (let tries = 1; ; tries += 1) {
      try {
        const response = await fetch(`${url}${path}`, {
          ...(body && { method: "POST", body: JSON.stringify(body) }),
          headers: { "content-type": "application/json" },
          signal: AbortSignal.timeout(60_000),
        });
        if (response.ok) return await response.json();
        throw new Error(`${response.status} ${await response.text()}`);
      } catch (error) {
        if (tries === TRIES) throw new Error(`The Toss mock at ${url}${path} can't be asked: ${error}`);
        await Bun.sleep(50 * tries);
      }
    }
  };
  return {
    authenticate: async (request) =>
      Value.Parse(Opened, await ask("/mock/authentications", request)).paymentKey,
    accounts: async () => Value.Parse(Accounts, await ask("/mock/accounts")).accounts,
  };
};
