import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { NoAnswerError } from "./http.ts";

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

/** Each call throws {@link NoAnswerError} when the mock does not answer, or not as it should. */
export const createTossWindow = (url: string): TossWindow => {
  const ask = async <Schema extends TSchema>(
    schema: Schema,
    path: string,
    body?: object,
  ): Promise<Static<Schema>> => {
    for (let tries = 1; ; tries += 1) {
      try {
        const response = await fetch(`${url}${path}`, {
          ...(body && { method: "POST", body: JSON.stringify(body) }),
          headers: { "content-type": "application/json" },
          signal: AbortSignal.timeout(60_000),
        });
        if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
        return Value.Parse(schema, await response.json());
      } catch (error) {
        if (tries === TRIES) {
          const why = error instanceof Error ? error.message : String(error);
          throw new NoAnswerError(`The Toss mock can't be asked at ${url}${path} (${why})`);
        }
        await Bun.sleep(50 * tries);
      }
    }
  };
  return {
    authenticate: async (request) => (await ask(Opened, "/mock/authentications", request)).paymentKey,
    accounts: async () => (await ask(Accounts, "/mock/accounts")).accounts,
  };
};
