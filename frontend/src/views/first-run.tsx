/** The very first page of a new server: nobody has an account, so the clinic and its first administrator are made here. */

import { useEffect, useState } from "preact/hooks";
import { request } from "../api/http.ts";
import type { Change } from "../api/write.ts";
import { visit } from "../route.ts";
import { F, FIRST, W } from "../words.ts";
import { useShown } from "./context.ts";
import { Field, Form } from "./form.tsx";
import { LoginForm } from "./login.tsx";
import { useSetupWriting } from "./setup-read.tsx";

type Needed = "asking" | "yes" | "no";

/** Asked once, where nobody is logged in; a server that cannot say shows the login as ever. */
function useNeeded(): readonly [Needed, (needed: Needed) => void] {
  const [needed, setNeeded] = useState<Needed>("asking");
  useEffect(() => {
    let current = true;
    void request<{ needed?: boolean }>("GET", "setup").then((answer) => {
      if (current) setNeeded(answer.ok && answer.body.needed === true ? "yes" : "no");
    });
    return () => {
      current = false;
    };
  }, []);
  return [needed, setNeeded];
}

const WANTED = { code: F.required, clinic: F.required, name: F.required, username: F.required, password: F.required } as const;
type Wanted = keyof typeof WANTED;

function FirstRun({ already }: { already: () => void }) {
  const { account } = useShown();
  const writing = useSetupWriting();
  const [empty, setEmpty] = useState<ReadonlySet<string>>(new Set());
  /** A browser that keeps no login from a plain http address would ask for it for ever, and not say why. */
  const [kept, setKept] = useState(true);
  const refusal = writing.refusal.value?.problem.code;
  const wrong = (name: Wanted): string | null => (empty.has(name) ? WANTED[name] : name === "code" && refusal === "wrong_code" ? FIRST.wrongCode : null);

  function change(fields: FormData): Change | null {
    const body = Object.fromEntries(Object.keys(WANTED).map((name) => [name, String(fields.get(name) ?? "")]));
    const missing = new Set(Object.entries(body).filter(([, value]) => value.trim() === "").map(([name]) => name));
    setEmpty(missing);
    return missing.size > 0 ? null : { path: "setup", body: { ...body, code: body["code"]?.trim(), username: body["username"]?.trim() } };
  }

  async function made(): Promise<void> {
    visit("setup", true);
    if ((await account.entered()) === "none") setKept(false);
  }

  return (
    <main class="login first-run" data-test="first-run">
      <div class="first-run-card">
        <h1>{FIRST.welcome}</h1>
        <p>{FIRST.welcomeTold}</p>
        <Form label={FIRST.welcome} writing={writing} change={change} done={() => void made()} submit={FIRST.create} beforeLogin>
          <Field label={FIRST.code} name="code" hint={FIRST.codeHint} error={wrong("code")} autocomplete="off" />
          <Field label={FIRST.clinic} name="clinic" error={wrong("clinic")} autocomplete="organization" />
          <Field label={FIRST.name} name="name" hint={FIRST.nameHint} error={wrong("name")} autocomplete="name" />
          <Field label={FIRST.username} name="username" error={wrong("username")} autocomplete="username" />
          <Field label={FIRST.password} name="password" type="password" hint={FIRST.passwordHint} error={wrong("password")} autocomplete="new-password" />
        </Form>
        {kept ? null : (
          <p class="refusal" role="alert" data-test="not-kept">
            {FIRST.notKept}
          </p>
        )}
        {refusal === "already_set_up" ? (
          <p>
            {FIRST.already}{" "}
            <button type="button" class="btn" data-test="to-login" onClick={already}>
              {W.login}
            </button>
          </p>
        ) : null}
      </div>
    </main>
  );
}

/** Where nobody is logged in yet: the login, or on a server without any account the first run. */
export function Entrance() {
  const [needed, setNeeded] = useNeeded();
  return needed === "yes" ? <FirstRun already={() => setNeeded("no")} /> : <LoginForm over={null} />;
}
