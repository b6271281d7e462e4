import { createLab, type LabParts } from "./lab.ts";

/** A lab whose gateway listens on a free port of loopback. */
export const serveLab = (parts: LabParts = {}) => {
  const lab = createLab(parts);
  lab.gateway.listen(0);
  return { ...lab, url: `http://127.0.0.1:${lab.gateway.server?.port}` };
};

/** Reads a server-sent event stream. `until` resolves once the text so far satisfies `enough`. */
export const readStream = (response: Response) => {
  const reader = response.body?.getReader();
  if (!reader) throw new Error("the response has no body");
  const decoder = new TextDecoder();
  let text = "";
  let ended = false;
  const reading = (async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
    ended = true;
  })();
  const until = async (enough: (text: string) => boolean): Promise<string> => {
    for (let i = 0; i < 1_000 && !enough(text); i += 1) await Bun.sleep(5);
    if (!enough(text)) throw new Error(`the stream did not say enough within 5 s: ${text}`);
    return text;
  };
  return {
    until,
    ids: () => [...text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1])),
    events: () =>
      [...text.matchAll(/^data: (.*)$/gm)].map((match) => JSON.parse(String(match[1])) as unknown),
    reading,
    get ended() {
      return ended;
    },
    leave: () => reader.cancel(),
  };
};
