import { supplyOf } from "./fees.ts";
import { type Facts, factsOf, mix, momentOf, type Plan } from "./formula.ts";

// A page has 5,000 rows: its text is put together directly, which is several times faster than through objects.

/** Row `index` of the settlement list, as JSON. */
export function settlementText(plan: Plan, index: number): string {
  const facts = factsOf(plan, index);
  const { isCancel, method, baseFee, etcFee } = facts;
  const sign = isCancel ? -1 : 1;
  const amount = sign * facts.amount;
  const fee = sign * (baseFee + etcFee);
  const supply = supplyOf(fee);
  const soldDate = plan.soldDates[momentOf(plan, index).day];
  const card = method === "카드" || method === "간편결제" ? cardText(facts) : "null";
  return (
    `{"mId":"${plan.mId}","paymentKey":"${paymentKey(plan, facts.approval)}",` +
    `"transactionKey":"${transactionKey(plan, index)}","orderId":"${orderId(plan, facts.approval)}",` +
    `"currency":"KRW","method":"${method}","amount":${amount},"interestFee":0,"fee":${fee},` +
    `"fees":[{"type":"BASE","fee":${sign * baseFee}},{"type":"ETC","fee":${sign * etcFee}}],` +
    `"supplyAmount":${supply},"vat":${fee - supply},"payOutAmount":${amount - fee},` +
    `"approvedAt":"${timeText(plan, facts.approval)}","soldDate":"${soldDate}","paidOutDate":"${plan.paidOutDate}",` +
    `"card":${card},"easyPay":${easyPayText(facts)},"giftCertificate":null,"mobilePhone":null,` +
    `"transfer":${method === "계좌이체" ? '{"bankCode":"88","settlementStatus":"COMPLETED"}' : "null"},` +
    `"virtualAccount":${method === "가상계좌" ? virtualAccount : "null"},` +
    `"cancel":${isCancel ? cancelText(plan, facts) : "null"},"fieldOfALaterVersion":{"note":"ignore me"}}`
  );
}

/** Row `index` of the transaction list, as JSON. Its amount is above zero on a cancel as well, as a published one was. */
export function transactionText(plan: Plan, index: number): string {
  const { isCancel, approval, amount, approved, method } = factsOf(plan, index);
  const key = transactionKey(plan, index);
  const status = isCancel ? (amount === approved ? "CANCELED" : "PARTIAL_CANCELED") : "DONE";
  return (
    `{"mId":"${plan.mId}","transactionKey":"${key}","paymentKey":"${paymentKey(plan, approval)}",` +
    `"orderId":"${orderId(plan, approval)}","method":"${method}","customerKey":null,"useEscrow":false,` +
    `"receiptUrl":"https://dashboard.tosspayments.com/receipt/redirection?transactionId=${key}",` +
    `"status":"${status}","transactionAt":"${timeText(plan, index)}","currency":"KRW","amount":${amount}}`
  );
}

/** The index that a transactionKey of this plan holds; null for any other text. */
export function indexOfKey(plan: Plan, key: string): number | null {
  const index = Number.parseInt(key.slice(24), 16);
  return index < plan.rows && transactionKey(plan, index) === key ? index : null;
}

/** 32 hex digits: the plan, noise, and the index at the end. */
const transactionKey = ({ tag }: Plan, index: number): string => {
  const noise = mix(tag ^ mix(index));
  return hex(tag) + hex(noise) + hex(mix(noise)) + hex(index);
};

/** Shaped like `tviva20231208004903pIlD7`: the merchant's first letters, the time, and what makes it unlike others. */
const paymentKey = (plan: Plan, approval: number): string => {
  const { day, second } = momentOf(plan, approval);
  const date = plan.soldDates[day] ?? "";
  const time = date.slice(0, 4) + date.slice(5, 7) + date.slice(8) + clockText(second, "");
  return plan.mId.slice(0, 5) + time + hex(plan.tag) + hex(approval);
};

const orderId = ({ tag }: Plan, approval: number): string => `order-${hex(tag)}-${approval}`;

const bytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0").toUpperCase());

/** Eight upper-case hex digits, from a table: several are asked for each row. */
const hex = (value: number): string =>
  `${bytes[value >>> 24]}${bytes[(value >>> 16) & 255]}${bytes[(value >>> 8) & 255]}${bytes[value & 255]}`;

const twoDigits = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, "0"));

/** A second of the day. @example clockText(36_123, ":") // "10:02:03" */
const clockText = (second: number, between: string): string => {
  const minute = Math.floor(second / 60);
  return `${twoDigits[Math.floor(minute / 60)]}${between}${twoDigits[minute % 60]}${between}${twoDigits[second % 60]}`;
};

/** `2026-11-17T10:02:03+09:00`. */
const timeText = (plan: Plan, index: number): string => {
  const { day, second } = momentOf(plan, index);
  return `${plan.soldDates[day]}T${clockText(second, ":")}+09:00`;
};

const cardText = ({ approved, issuerCode, months, approval }: Facts): string => {
  const noise = mix(~approval);
  return (
    `{"issuerCode":"${issuerCode}","acquirerCode":"${issuerCode}","number":"4330${String(noise % 10_000).padStart(4, "0")}****${String(noise % 1_000).padStart(3, "0")}*",` +
    `"installmentPlanMonths":${months},"isInterestFree":false,"interestPayer":null,` +
    `"approveNo":"${String(noise % 100_000_000).padStart(8, "0")}","useCardPoint":false,` +
    `"cardType":"${noise % 4 === 0 ? "체크" : "신용"}","ownerType":"개인","acquireStatus":"READY","amount":${approved}}`
  );
};

const wallets = ["네이버페이", "카카오페이", "토스페이", "삼성페이"];

// A card charged through a wallet: the card carries the amount, the wallet's own share is zero.
const easyPayText = ({ method, approval }: Facts): string =>
  method === "간편결제"
    ? `{"provider":"${wallets[mix(~approval) % wallets.length]}","amount":0,"discountAmount":0}`
    : "null";

const virtualAccount = JSON.stringify({
  accountType: "일반",
  accountNumber: "X1234567890",
  bankCode: "88",
  customerName: "박토스",
  depositorName: "박토스",
  dueDate: "2026-12-31T23:59:59+09:00",
  refundStatus: "NONE",
  expired: false,
  settlementStatus: "COMPLETED",
  refundReceiveAccount: null,
});

const reasons = ["구매자 변심", "상품 품절", "배송 지연", "주문 실수"];

const cancelText = (plan: Plan, { index, amount, approved, noise }: Facts): string =>
  `{"transactionKey":"${transactionKey(plan, index)}","cancelReason":"${reasons[noise % reasons.length]}",` +
  `"taxExemptionAmount":0,"canceledAt":"${timeText(plan, index)}","cardDiscountAmount":0,` +
  `"transferDiscountAmount":0,"easyPayDiscountAmount":0,"receiptKey":null,"cancelAmount":${amount},` +
  `"taxFreeAmount":0,"refundableAmount":${approved - amount},"cancelStatus":"DONE","cancelRequestId":null}`;
