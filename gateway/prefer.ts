import type { GatewayConfig } from "./config.ts";

/**
 * How long a caller will wait, in ms, by RFC 7240's `wait` preference in whole seconds; a preference that makes no
 * sense is ignored, as that RFC asks.
 * @example waitPreferred("respond-async, wait=3", config) // 3000
 */
export const waitPreferred = (
  prefer: string | undefined,
  { paymentWaitMs, maxPaymentWaitMs }: Pick<GatewayConfig, "paymentWaitMs" | "maxPaymentWaitMs">,
): number => {
  const seconds = prefer && /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,6})"?\s*(?:$|[,;])/i.exec(prefer)?.[1];
  return seconds ? Math.min(Number(seconds) * 1_000, maxPaymentWaitMs) : paymentWaitMs;
};
