import { afterEach, beforeEach, expect, test } from "bun:test";
import { type Line, openLine } from "./line.ts";

let heard: string[];
let line: Line;
let server: ReturnType<typeof Bun.serve>;
beforeEach(async () => {
  heard = [];
  server = Bun.serve({
    ...{ hostname: "127.0.0.1", port: 0 },
    async fetch(request) {
      const text = await request.text();
      heard.push(text);
      return new Response(`heard ${text}`);
    },
  });
  line = await openLine({ name: "test", target: Number(server.port) });
});
afterEach(async () => {
  await line.close();
  await server.stop(true);
});

/** What is answered; undefined where nothing is. */
const ask = (text: string): Promise<string | undefined> =>
  fetch(`http://127.0.0.1:${line.port}`, {
    ...{ method: "POST", body: text, keepalive: false },
    signal: AbortSignal.timeout(500),
  }).then(
    (response) => response.text(),
    () => undefined,
  );

test("line_passesOn_whole", async () => {
  const long = "x".repeat(1_000_000);
  expect(await ask(long)).toBe(`heard ${long}`);
});

test("line_letsNobodyThrough_blocked", async () => {
  line.block();
  expect(await ask("blocked")).toBeUndefined();
  expect(heard).toEqual([]);
  line.mend();
  expect(await ask("mended")).toBe("heard mended");
});

test("line_bringsRequestsAndNoAnswers_muted", async () => {
  line.mute();
  expect(await ask("muted")).toBeUndefined();
  expect(heard).toEqual(["muted"]);
  line.mend();
  expect(await ask("mended")).toBe("heard mended");
});

test("line_bringsRequestsAndNoAnswers_mutedWhileConnected", async () => {
  const answers: string[] = [];
  const socket = await Bun.connect({
    ...{ hostname: "127.0.0.1", port: line.port },
    socket: { data: (_, bytes) => void answers.push(bytes.toString()) },
  });
  const say = (text: string) =>
    socket.write(`POST / HTTP/1.1\r\nHost: line\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
  say("whole");
  while (!answers.join("").includes("heard whole")) await Bun.sleep(1);
  line.mute();
  say("muted");
  while (heard.length < 2) await Bun.sleep(1);
  expect(heard).toEqual(["whole", "muted"]);
  expect(await ask("another")).toBeUndefined(); // by when an answer to the one before would have come
  expect(answers.join("")).not.toContain("heard muted");
  socket.end();
});

test("line_dropsWhatIsUnderWay_cut", async () => {
  line.mute();
  const under = ask("under way");
  while (heard.length === 0) await Bun.sleep(1);
  line.cut();
  expect(await under).toBeUndefined();
});
