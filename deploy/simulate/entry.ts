import { NoMockError } from "./find-mock.ts";

/** Makes sure that the gateway lets us be everybody: the customers, the warehouse and who checks. Throws {@link NoMockError}. */
export const checkEntry = async (url: string, token: string | undefined): Promise<void> => {
  const headers = authorizationBy(token);
  const response = await fetch(`${url}/me`, { headers, signal: AbortSignal.timeout(10_000) });
  const { role } = (await response.json()) as { role?: string };
  if (response.ok && role === "operator") return;
  throw new NoMockError(
    `The gateway at ${url} asks who calls. Nothing was sent to it. Give an operator's token in JUMUN_TOKEN, ` +
      "as `bun run token -- --role operator --id simulate` makes one.",
  );
};

/** The headers that show a token. */
export const authorizationBy = (token: string | undefined): Readonly<Record<string, string>> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };
