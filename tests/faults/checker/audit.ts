import { type Check, violationsOf } from "./evidence.ts";

/** The audit trail holds: every chain and seal is whole, and no order is left unsealed once all ended as they should. */
export const checkAudit: Check = ({ audit: { findings, unsealed, seals } }) =>
  violationsOf("audit", [
    ...findings.map((finding) => ({
      about: finding.orderId ?? `record ${finding.n}`,
      message: `the audit trail finds ${finding.code}`,
      shown: finding,
    })),
    ...(unsealed > 0 ? [{ about: "the trail", message: `${unsealed} orders are unsealed`, shown: {} }] : []),
    ...(seals === 0 ? [{ about: "the trail", message: "nothing was ever sealed", shown: {} }] : []),
  ]);
