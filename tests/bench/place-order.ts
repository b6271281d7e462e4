const body = JSON.stringify({
  customer: { id: "customer-1", name: "Kim", phone: "010-1234-5678" },
  lines: [
    { productId: "keyboard", quantity: 2, unitPrice: 45_000 },
    { productId: "mouse", quantity: 1, unitPrice: 30_000 },
  ],
  totalAmount: 120_000,
});

/** Whole HTTP requests that each place an order of their own. `name` goes into every key: no earlier run had it. */
export const placeOrder =
  (name: string) =>
  (n: number): string =>
    `POST /orders HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nIdempotency-Key: ${name}-${n}\r\n` +
    `Content-Length: ${body.length}\r\n\r\n${body}`;
