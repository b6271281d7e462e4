import type { Log } from "../../actors/ports.ts";
import type { Fetch } from "../../actors/toss/http.ts";
import { authorizationOf, checkedBaseUrl, TossConfigError } from "../../actors/toss/options.ts";
import { TerminalSettlementError } from "../errors.ts";

export interface TossSourceOptions {
  /** `https://api.tosspayments.com`, or a double of it; plain http only on this machine. */
  readonly baseUrl: string;
  /** `test_sk_…` or `live_sk_…`. Never logged and in no error text. */
  readonly secretKey: string;
  /** How long to wait for one whole answer, in ms. Toss may take 60 s for these lists, which is the default. */
  readonly timeoutMs?: number | undefined;
  /** Calls begun in a second, evenly spaced, retries among them; no limit by default. Toss' test environment: 1.6. */
  readonly maxPerSecond?: number | undefined;
  /** Calls under way at once; 4 by default. */
  readonly maxConcurrent?: number | undefined;
  /** How long one call is tried again after 429, 5xx and silence, in ms; 10 minutes by default. */
  readonly giveUpAfterMs?: number | undefined;
  /** The first wait before another try, about, in ms: doubled each time, in part by chance. 500 by default. */
  readonly firstWaitMs?: number | undefined;
  /** The longest such wait, in ms; 30 s by default. Where Toss says Retry-After, that is waited. */
  readonly longestWaitMs?: number | undefined;
  /** Aborted: calls end at once, with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  readonly fetch?: Fetch | undefined;
  readonly logger?: Log | undefined;
}

/** The options with their defaults. Throws CONFIG_INVALID. */
export const checkedOptions = (options: TossSourceOptions) => {
  const limits = {
    timeoutMs: options.timeoutMs ?? 60_000,
    maxConcurrent: options.maxConcurrent ?? 4,
    giveUpAfterMs: options.giveUpAfterMs ?? 10 * 60_000,
    firstWaitMs: options.firstWaitMs ?? 500,
    longestWaitMs: options.longestWaitMs ?? 30_000,
  };
  for (const [name, value] of Object.entries(limits)) {
    const least = name === "giveUpAfterMs" ? 0 : 1;
    if (!Number.isSafeInteger(value) || value < least || value > MAX_TIMER_MS) refuse(name, value);
  }
  const { maxPerSecond } = options;
  if (maxPerSecond !== undefined && !(maxPerSecond >= 0.01 && maxPerSecond <= 100_000)) {
    refuse("maxPerSecond", maxPerSecond);
  }
  return { ...limits, maxPerSecond, ...credentialsOf(options) };
};

/** A timer set for longer fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

const refuse = (name: string, value: number): never => {
  throw new TerminalSettlementError("CONFIG_INVALID", {
    message: `The settlement poller's ${name} can't be ${value}. Nothing was polled. Set it to a number in range.`,
  });
};

const credentialsOf = ({ baseUrl, secretKey }: TossSourceOptions) => {
  try {
    return { baseUrl: checkedBaseUrl(baseUrl), authorization: authorizationOf(secretKey) };
  } catch (error) {
    if (!(error instanceof TossConfigError)) throw error;
    throw new TerminalSettlementError("CONFIG_INVALID", {
      message: `${error.message} Nothing was polled. Set TOSS_BASE_URL and TOSS_SECRET_KEY.`,
      cause: error,
    });
  }
};
