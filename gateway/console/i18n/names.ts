import type {
  CommandType,
  Effect,
  OrderEventType,
  OrderState,
  PaymentStatus,
} from "../../../machines/mod.ts";
import type { CancellationView } from "../../schemas/order.ts";
import { dictionary } from "./dictionary.ts";

/** What people call each state, event and command. Total: the compiler asks for every one, in both languages. */
export const stateNames = dictionary<Record<OrderState, string>>({
  en: {
    ordered: "Awaiting payment",
    paying: "Paying",
    canceled: "Canceled unpaid",
    expired: "Expired",
    paid: "Paid",
    purchaseConfirmed: "Purchase confirmed",
    cancelRequested: "Cancel requested",
    restocked: "Restocked",
    refunding: "Refunding",
    refundFailed: "Refund failed",
    partiallyRefunded: "Partly refunded",
    refunded: "Refunded",
  },
  ko: {
    ordered: "결제 대기",
    paying: "결제 중",
    canceled: "결제 전 취소",
    expired: "기한 만료",
    paid: "결제 완료",
    purchaseConfirmed: "구매 확정",
    cancelRequested: "취소 요청",
    restocked: "재입고",
    refunding: "환불 중",
    refundFailed: "환불 실패",
    partiallyRefunded: "부분 환불",
    refunded: "환불 완료",
  },
});

export const eventNames = dictionary<Record<OrderEventType, string>>({
  en: {
    "order.placed": "Order placed",
    "payment.requested": "Payment requested",
    "payment.captured": "Payment captured",
    "payment.strayed": "Stray payment, going back",
    "payment.mismatched": "Payment mismatched",
    "payment.awaited": "Waiting for the deposit",
    "payment.declined": "Payment declined",
    "payment.noticed": "Notice from Toss",
    "payment.differs": "Toss holds another amount",
    "stray.refunded": "Stray payment refunded",
    "stray.refundFailed": "Stray refund failed",
    "effect.retried": "Work at Toss retried",
    "order.canceled": "Order canceled unpaid",
    "order.expired": "Payment deadline passed",
    "purchase.confirmed": "Purchase confirmed",
    "purchase.autoConfirmed": "Purchase confirmed by itself",
    "cancellation.requested": "Cancellation requested",
    "cancellation.restocked": "Pieces restocked",
    "cancellation.withdrawn": "Cancellation withdrawn",
    "refund.started": "Refund started",
    "refund.retried": "Refund retried",
    "refund.completed": "Refund completed",
    "refund.failed": "Refund failed",
  },
  ko: {
    "order.placed": "주문 접수",
    "payment.requested": "결제 요청",
    "payment.captured": "결제 승인",
    "payment.strayed": "미귀속 결제, 환불 중",
    "payment.mismatched": "요청과 다른 결제",
    "payment.awaited": "입금 대기",
    "payment.declined": "결제 거절",
    "payment.noticed": "토스 알림",
    "payment.differs": "토스 잔액 불일치",
    "stray.refunded": "미귀속 결제 환불 완료",
    "stray.refundFailed": "미귀속 결제 환불 실패",
    "effect.retried": "토스 작업 재시도",
    "order.canceled": "결제 전 취소",
    "order.expired": "결제 기한 만료",
    "purchase.confirmed": "구매 확정",
    "purchase.autoConfirmed": "자동 구매 확정",
    "cancellation.requested": "취소 요청",
    "cancellation.restocked": "재입고 완료",
    "cancellation.withdrawn": "취소 철회",
    "refund.started": "환불 시작",
    "refund.retried": "환불 재시도",
    "refund.completed": "환불 완료",
    "refund.failed": "환불 실패",
  },
});

export const commandNames = dictionary<Record<CommandType, string>>({
  en: {
    "order.place": "Place order",
    "payment.request": "Pay",
    "purchase.confirm": "Confirm purchase",
    "cancellation.request": "Cancel items",
    "cancellation.restock": "Restock",
    "cancellation.withdraw": "Withdraw",
    "refund.retry": "Retry refund",
    "effect.retry": "Retry at Toss",
    "payment.notice": "Notice from Toss",
    "order.expire": "Expire unpaid",
    "purchase.autoConfirm": "Confirm by itself",
    "refund.begin": "Begin refund",
    "payment.capture": "Captured",
    "payment.await": "Awaits deposit",
    "payment.decline": "Declined",
    "payment.differ": "Amount differs",
    "refund.complete": "Refund done",
    "refund.fail": "Refund failed",
    "stray.complete": "Stray refunded",
    "stray.fail": "Stray refund failed",
  },
  ko: {
    "order.place": "주문 접수",
    "payment.request": "결제",
    "purchase.confirm": "구매 확정",
    "cancellation.request": "상품 취소",
    "cancellation.restock": "재입고",
    "cancellation.withdraw": "취소 철회",
    "refund.retry": "환불 재시도",
    "effect.retry": "토스 작업 재시도",
    "payment.notice": "토스 알림",
    "order.expire": "미결제 만료",
    "purchase.autoConfirm": "자동 구매 확정",
    "refund.begin": "환불 시작",
    "payment.capture": "결제 승인",
    "payment.await": "입금 대기",
    "payment.decline": "결제 거절",
    "payment.differ": "잔액 불일치",
    "refund.complete": "환불 완료",
    "refund.fail": "환불 실패",
    "stray.complete": "미귀속 결제 환불",
    "stray.fail": "미귀속 결제 환불 실패",
  },
});

export const cancellationNames = dictionary<Record<CancellationView["state"], string>>({
  en: {
    requested: "Requested",
    restocked: "Restocked",
    refunding: "Refunding",
    refunded: "Refunded",
    failed: "Refund failed",
    withdrawn: "Withdrawn",
  },
  ko: {
    requested: "요청됨",
    restocked: "재입고",
    refunding: "환불 중",
    refunded: "환불 완료",
    failed: "환불 실패",
    withdrawn: "철회됨",
  },
});

export const paymentNames = dictionary<Record<PaymentStatus, string>>({
  en: {
    requested: "Answer unknown",
    awaiting: "Awaits deposit",
    captured: "Captured",
    declined: "Declined",
    strayRefunding: "Stray, going back",
    strayRefunded: "Stray, refunded",
    strayRefundFailed: "Stray, refund failed",
  },
  ko: {
    requested: "응답 미확인",
    awaiting: "입금 대기",
    captured: "승인",
    declined: "거절",
    strayRefunding: "미귀속 결제, 환불 중",
    strayRefunded: "미귀속 결제, 환불 완료",
    strayRefundFailed: "미귀속 결제, 환불 실패",
  },
});

export const effectNames = dictionary<Record<Effect["type"], string>>({
  en: {
    "payment.confirm": "Capture at Toss",
    "payment.lookup": "Look up at Toss",
    "payment.refund": "Refund at Toss",
  },
  ko: {
    "payment.confirm": "토스 결제 승인",
    "payment.lookup": "토스 결제 조회",
    "payment.refund": "토스 환불",
  },
});

export const roleNames = dictionary<Record<string, string>>({
  en: { customer: "Customer", operator: "Operator", system: "System", warehouse: "Warehouse" },
  ko: { customer: "고객", operator: "운영자", system: "시스템", warehouse: "창고" },
});

/** The name of what the API types as a plain string: itself, where a newer gateway says what this page does not know. */
export const nameOf = (names: Readonly<Record<string, string>>, code: string): string => names[code] ?? code;
