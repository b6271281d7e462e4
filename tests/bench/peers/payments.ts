/** The payment provider as the peers call it; copied beside each peer's service. */
export interface Payment {
  readonly status: string;
  readonly balanceAmount: number;
}

const post = async (path: string, body: object, idempotencyKey: string): Promise<Payment> => {
  const response = await fetch(process.env.TOSS_BASE_URL + path, {
    method: "POST",
    headers: {
      authorization: `Basic ${btoa(`${process.env.TOSS_SECRET_KEY}:`)}`,
      "content-type": "application/json",
      "idempotency-key": idempotencyKey,
    },
    body: JSON.stringify(body),
  });
  const { status, balanceAmount, code } = (await response.json()) as Payment & { code?: string };
  if (!response.ok) throw new Error(`${path} was answered ${response.status} ${code}`);
  return { status, balanceAmount };
};

export const confirmPayment = (
  request: { paymentKey: string; orderId: string; amount: number },
  idempotencyKey: string,
) => post("/v1/payments/confirm", request, idempotencyKey);

export const cancelPayment = (
  paymentKey: string,
  request: { cancelReason: string; cancelAmount: number; refundableAmount: number },
  idempotencyKey: string,
) => post(`/v1/payments/${paymentKey}/cancel`, request, idempotencyKey);
