import { computed, signal } from "@preact/signals";
import type { Me } from "../../schemas/operations.ts";

const KEY = "jumun.token";

/** The bearer token that was signed in with. Kept as long as the tab, and sent in a header only, never in an address. */
export const token = signal<string | undefined>(sessionStorage.getItem(KEY) ?? undefined);

/** Who the token says one is, once the gateway has told. */
export const me = signal<Me | undefined>(undefined);

/** The gateway wants to know who asks, and does not. */
export const stranger = signal(false);

/** What only operators may see is shown to whoever is not known to be somebody else. */
export const operates = computed(() => me.value === undefined || me.value.role === "operator");

export const withToken = (headers: HeadersInit | undefined, mine = token.value): Headers => {
  const all = new Headers(headers);
  if (mine !== undefined) all.set("authorization", `Bearer ${mine}`);
  return all;
};

export const enter = (mine: string, who: Me): void => {
  sessionStorage.setItem(KEY, mine);
  token.value = mine;
  me.value = who;
  stranger.value = false;
};

export const leave = (): void => {
  sessionStorage.removeItem(KEY);
  token.value = undefined;
  me.value = undefined;
  stranger.value = true;
};

/** A request with this token was answered that nobody is known by it. One sent before the last sign-in says nothing. */
export const notKnown = (mine: string | undefined): void => {
  if (mine === token.value) leave();
};
