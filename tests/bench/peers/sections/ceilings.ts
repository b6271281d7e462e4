/** What the client can drive and what the payment double can take, by themselves: no figure of a system can pass them. */

import { join } from "node:path";
import { MOCK_SECRET_KEY } from "../../../../actors/toss/mock-key.ts";
import { freePort } from "../../../../deploy/servers/ports.ts";
import { confine } from "../../../../deploy/servers/privileges.ts";
import { benchFolder } from "../../folder.ts";
import { report } from "../../report.ts";
import { openLine } from "../client/line.ts";
import { OPEN_KEY } from "../double/mod.ts";
import { startDoubleProcess } from "../double/process.ts";
import { readFlags } from "../flags.ts";
import { measure } from "../measure.ts";

const { seconds, warmUpSeconds, clients } = readFlags(process.argv.slice(2));
const folder = benchFolder();
const double = await startDoubleProcess(folder);

const port = await freePort();
const bare = Bun.spawn(
  confine([process.execPath, join(import.meta.dir, "../bare/server.ts"), String(port)], {
    deathSignal: "KILL",
  }),
  {
    stdio: ["ignore", "inherit", "inherit"],
  },
);
const url = `http://127.0.0.1:${port}`;
while (!(await fetch(url, { method: "POST", body: "{}" }).catch(() => undefined))?.ok) await Bun.sleep(20);
for (const many of clients) {
  const { commandsPerSecond, cpu } = await measure(
    { commands: join(import.meta.dir, "../bare/commands.ts") },
    { url, pids: () => [bare.pid] },
    {
      clients: many,
      seconds: Math.min(seconds, 5),
      warmUpSeconds: Math.min(warmUpSeconds, 3),
      doublePid: double.pid,
      name: `life-${many}`,
      folder,
    },
  );
  report({
    name: `the client's ceiling, ${many} clients`,
    value: commandsPerSecond,
    unit: "commands/s",
    note: `against a bare Bun.serve; processor time a command: client ${Math.round(cpu.client)} µs, server ${Math.round(cpu.servers)}`,
  });
}
bare.kill("SIGKILL");

/** Confirms and cancels, as a life does, from as many connections as Jumun opens at the most. */
const CONNECTIONS = 64;
const authorization = `Basic ${btoa(`${MOCK_SECRET_KEY}:`)}`;
let calls = 0;
let next = 0;
const lines = await Promise.all(Array.from({ length: CONNECTIONS }, () => openLine(double.url)));
const since = performance.now();
await Promise.all(
  lines.map(async (line) => {
    while (performance.now() - since < Math.min(seconds, 5) * 1_000) {
      next += 1;
      const [orderId, paymentKey] = [`ceiling-${next}`, `${OPEN_KEY}-ceiling-${next}`];
      const headers = { authorization };
      const answers = [
        await line.ask({
          method: "POST",
          path: "/v1/payments/confirm",
          key: `${orderId}-1`,
          headers,
          body: { paymentKey, orderId, amount: 120_000 },
        }),
        await line.ask({
          method: "POST",
          path: `/v1/payments/${paymentKey}/cancel`,
          key: `${orderId}-2`,
          headers,
          body: { cancelReason: "one too many", cancelAmount: 45_000 },
        }),
      ];
      if (answers.some(({ status }) => status !== 200))
        throw new Error(`The double answered ${JSON.stringify(answers)}`);
      calls += 2;
    }
  }),
);
report({
  name: "the payment double's ceiling",
  value: (calls / (performance.now() - since)) * 1_000,
  unit: "requests/s",
  note: "two a life; a process of its own",
});
await double.stop();
process.exit(0);
