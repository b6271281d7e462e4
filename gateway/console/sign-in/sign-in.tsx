import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Me } from "../../schemas/operations.ts";
import { request, type Trouble } from "../api/http.ts";
import { enter, withToken } from "../api/session.ts";
import { Alert, TroubleAlert } from "../ui/alert.tsx";
import { Page } from "../ui/page.tsx";
import { signInText } from "./text.ts";

const TOKEN = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/** Stands in the place of every view while the gateway does not know who asks. */
export const SignIn = () => {
  const words = signInText.value;
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [wrong, setWrong] = useState<Trouble | "no token">();
  const [asking, setAsking] = useState(false);
  useEffect(() => field.current?.focus(), []);

  const onSubmit = async (event: SubmitEvent) => {
    event.preventDefault();
    const mine = (field.current?.value ?? "").trim().replace(/^bearer +/i, "");
    if (!TOKEN.test(mine)) return setWrong("no token");
    setAsking(true);
    const got = await request<Me>("/me", { headers: withToken(undefined, mine) });
    setAsking(false);
    if (got.ok) enter(mine, got.data);
    else setWrong(got.trouble);
  };

  return (
    <Page title={words.title}>
      <form class="sign-in" onSubmit={onSubmit}>
        {wrong === "no token" && <Alert tone="bad" title={words.noToken} urgent />}
        {wrong && wrong !== "no token" && <TroubleAlert trouble={wrong} />}
        <div class="field">
          <label for={id}>{words.token}</label>
          <input
            ref={field}
            id={id}
            class="input mono"
            type="password"
            required
            autocomplete="off"
            spellcheck={false}
            aria-describedby={`${id}-hint`}
          />
        </div>
        <p class="quiet" id={`${id}-hint`}>
          {words.hint}
        </p>
        <p class="quiet">
          {words.make} <code>bun run token -- --role operator --id kim</code>
        </p>
        <button type="submit" class="button primary" disabled={asking}>
          {words.enter}
        </button>
      </form>
    </Page>
  );
};
