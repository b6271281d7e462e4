/** Answers every request at once with the same few bytes. Argument: its port. */
const body = JSON.stringify({ orderId: "order", state: "placed" });

Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.argv[2]),
  development: false,
  async fetch(request) {
    await request.text();
    return new Response(body, { headers: { "content-type": "application/json" } });
  },
});
