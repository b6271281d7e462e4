import { useEffect } from "preact/hooks";
import type { Me } from "../../schemas/operations.ts";
import { get } from "../api/http.ts";
import { leave, me, token } from "../api/session.ts";
import { Icon } from "../ui/icon.tsx";
import { signInText } from "./text.ts";

/** Who one is here, and the way out. Nothing where no token is asked for. */
export const Who = () => {
  const words = signInText.value;
  const mine = token.value;
  useEffect(() => {
    if (mine === undefined || me.value) return;
    const leaving = new AbortController();
    get<Me>("/me", leaving.signal).then((got) => {
      if (got.ok && token.value === mine) me.value = got.data;
    });
    return () => leaving.abort();
  }, [mine]);
  const who = me.value;
  if (mine === undefined || !who) return null;
  return (
    <div class="who">
      <p class="who-name">
        {who.id} <span class="quiet">{words.roles[who.role]}</span>
      </p>
      <button
        type="button"
        class="icon-button"
        aria-label={`${words.leave} (${who.id})`}
        title={words.leave}
        onClick={leave}
      >
        <Icon name="leave" />
      </button>
    </div>
  );
};
