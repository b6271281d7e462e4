/** Orders placed with wrk while 200 follow the fleet, against the same with nobody watching. */
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { cpuTimeOf } from "../cpu.ts";
import { benchFolder } from "../folder.ts";
import { report } from "../report.ts";
import { median, middleRound } from "../rounds.ts";
import { startShop } from "../shop.ts";
import { installWrk, placeOrders } from "../wrk.ts";

const VIEWERS = 200;
const CONNECTIONS = 64;
const SECONDS = 4;
const ROUNDS = 9;

/** Plain sockets, which cost the machine little beside what is measured. */
const watch = async (url: string) => {
  let frames = 0;
  const sockets: Socket[] = [];
  const all = Array.from({ length: VIEWERS }, () => {
    const opened = Promise.withResolvers<void>();
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    sockets.push(socket);
    socket.on("data", (chunk) => {
      if (!chunk.includes("event: fleet")) return;
      frames += 1;
      opened.resolve();
    });
    socket.on("error", opened.reject);
    socket.write("GET /fleet/events HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n");
    return opened.promise;
  });
  await Promise.all(all);
  return {
    /** Since it was last asked. */
    takeFrames() {
      const taken = frames;
      frames = 0;
      return taken;
    },
    leave() {
      for (const socket of sockets) socket.destroy();
    },
  };
};

await installWrk();
const server = await startShop(join(benchFolder(), "data"));

let runs = 0;
const place = async (seconds = SECONDS) => {
  runs += 1;
  const before = cpuTimeOf(server.pid);
  const run = await placeOrders(server.url, { name: `run-${runs}`, connections: CONNECTIONS, seconds });
  if (run.failed > 0) throw new Error(`Not every order was placed: ${JSON.stringify(run)}\n${server.tail()}`);
  return { rate: run.requests / run.seconds, cpu: (cpuTimeOf(server.pid) - before) / run.requests };
};

const round = async () => {
  const alone = await place();
  const viewers = await watch(server.url);
  viewers.takeFrames();
  const watched = await place();
  const perViewer = viewers.takeFrames() / VIEWERS / SECONDS;
  viewers.leave();
  return { alone, watched, perViewer };
};

await place(3);
const rounds: Awaited<ReturnType<typeof round>>[] = [];
for (let index = 0; index < ROUNDS; index += 1) rounds.push(await round());
const { alone, watched, perViewer } = middleRound(rounds, (one) => one.watched.rate / one.alone.rate);
report({
  name: `POST /orders while ${VIEWERS} watch the fleet`,
  value: watched.rate,
  unit: "commands/s",
  floor: { name: "nobody watching", value: alone.rate },
  goal: { ratio: 0.9 },
  note: `${perViewer.toFixed(1)} frames/s to each viewer`,
});
// What else the machine does takes from the rate, and hardly from this.
const cpuAlone = median(rounds.map((one) => one.alone.cpu));
if (Number.isFinite(cpuAlone)) {
  report({
    name: "  the server's CPU time for each",
    value: median(rounds.map((one) => one.watched.cpu)),
    unit: "µs",
    floor: { name: "nobody watching", value: cpuAlone },
    goal: { most: cpuAlone / 0.9 },
  });
}
await server.stop();
process.exit(0);
