/** The login form: alone before anything is shown, over the wall when a login ran out (the wall never goes blank). */

import { useState } from "preact/hooks";
import { URGENT, W, WHO } from "../words.ts";
import { useShown } from "./context.ts";

export function LoginForm({ over }: { over: string | null }) {
  const { account } = useShown();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget;
    if (!(form instanceof HTMLFormElement) || busy) return;
    const fields = new FormData(form);
    setBusy(true);
    const refused = await account.enter(String(fields.get("username")), String(fields.get("password")));
    setBusy(false);
    setRefusal(refused);
  }

  return (
    <div class={over === null ? "login" : "login over"}>
      <form onSubmit={(event) => void submit(event)} data-test="login" aria-label={W.login}>
        <h1>{W.product}</h1>
        {over === null ? null : <p>{over}</p>}
        <label>
          {W.username}
          <input name="username" autocomplete="username" autocapitalize="none" required autofocus={over === null} data-test="username" />
        </label>
        <label>
          {W.password}
          <input name="password" type="password" autocomplete="current-password" required data-test="password" />
        </label>
        {refusal === null ? null : (
          <p class="refusal" role="status" data-test="login-refused">
            {refusal}
          </p>
        )}
        <button type="submit" class="btn fill" disabled={busy} data-test="log-in">
          {busy ? W.loggingIn : W.login}
        </button>
      </form>
    </div>
  );
}

/** A locked login covers nothing: a line says so, and asks for a login only when somebody wants to act. */
export function Locked() {
  const { station } = useShown();
  const [open, setOpen] = useState(false);
  if (open) return <LoginForm over={W.loginLocked} />;
  const byName = station.takers().length > 0;
  return (
    <div class="locked" role="status" data-test="login">
      <span>
        {W.loginLocked} {byName ? `${WHO.lockedTake} ${URGENT.lockedHint}` : ""}
      </span>
      <button type="button" class="btn fill" data-test="unlock" onClick={() => setOpen(true)}>
        {W.unlock}
      </button>
    </div>
  );
}
