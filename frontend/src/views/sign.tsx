/** The signature at a shared station: one's name, then six digits on a large pad, or the password. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Asking, PersonOn, Signature } from "../api/station.ts";
import { WHO, digits, onlyPassword, signRefused } from "../words.ts";
import { useShown } from "./context.ts";

const LENGTH = 6;
const PAD = ["1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;

export function SignDialog() {
  const { station } = useShown();
  const asking = station.asking.value;
  return asking === null ? null : <Dialog key={asking.refused === null ? "first" : `again ${String(asking.refused["left"] ?? asking.refused.code)}`} asking={asking} />;
}

/** Who is meant without asking: the one who must, who acts, who is logged in, or the only one. */
function presumed(asking: Asking, people: readonly PersonOn[], acting: string | null, login: string | null): string | null {
  const there = (id: string | null): boolean => people.some((person) => person.id === id);
  const only = people.length === 1 ? (people[0]?.id ?? null) : null;
  return [asking.person, acting, login, only].find((id) => id !== null && there(id)) ?? null;
}

/** The last who signed here: after a refusal they need not name themselves again. */
let before: string | null = null;

function Dialog({ asking }: { asking: Asking }) {
  const { station, account } = useShown();
  const login = account.login.value;
  const people = station.people.value.length > 0 ? station.people.value : station.everybody.value;
  const [named, setPerson] = useState(asking.refused === null ? null : before);
  const person = named ?? presumed(asking, people, station.acting.peek(), login.kind === "user" ? login.user.id : null);
  const [withPassword, setWithPassword] = useState(asking.refused !== null && (onlyPassword(asking.refused) || ["no_pin", "wrong_password"].includes(asking.refused.code)));
  const box = useRef<HTMLElement>(null);
  const chosen = people.find(({ id }) => id === person);
  const byPassword = withPassword || chosen?.has_pin === false;
  // Before the paint: a digit typed as soon as the pad is seen is in it.
  useLayoutEffect(() => {
    const was = document.activeElement;
    return () => {
      if (was instanceof HTMLElement && was.isConnected) was.focus();
    };
  }, []);
  const enter = (): void => (box.current?.querySelector<HTMLElement>("input") ?? box.current?.querySelector<HTMLElement>("button"))?.focus();
  useLayoutEffect(enter, [person, byPassword]);
  function choose(id: string): void {
    setPerson(id);
    if (id === person) enter(); // their name stood there already: they go on with the digits all the same
  }
  const give = (signature: Signature): void => {
    before = signature.person;
    asking.answer(signature);
  };
  const said = asking.refused === null ? "" : signRefused(asking.refused);
  return (
    <div class="veil" onKeyDown={(event) => keepInside(event, box.current, () => asking.answer(null))}>
      <section ref={box} class="sign" role="dialog" aria-modal="true" aria-labelledby="sign-title" data-test="sign">
        <h2 id="sign-title">{WHO.signs}</h2>
        {people.length === 0 ? <p role="status">{WHO.nobodyHere}</p> : null}
        <div class="chips" role="group" aria-label={WHO.whoSigns}>
          {people
            .filter(({ id }) => asking.person === null || id === asking.person)
            .map(({ id, name }) => (
              <button key={id} type="button" class="btn" aria-pressed={id === person} data-test="signer" onClick={() => choose(id)}>
                {name}
              </button>
            ))}
        </div>
        <p class="refusal" role="alert" data-test="sign-refused">
          {said}
        </p>
        {chosen === undefined ? null : byPassword ? (
          <PasswordEntry noPin={!chosen.has_pin} give={(password) => give({ person: chosen.id, password })} />
        ) : (
          <PinEntry key={person} give={(pin) => give({ person: chosen.id, pin })} />
        )}
        <div class="form-end">
          <button type="button" class="btn" data-test="sign-cancel" onClick={() => asking.answer(null)}>
            {WHO.cancel}
          </button>
          {chosen?.has_pin === true && (asking.refused === null || !onlyPassword(asking.refused)) ? (
            <button type="button" class="btn" data-test="sign-other" onClick={() => setWithPassword(!withPassword)}>
              {byPassword ? WHO.usePin : WHO.usePassword}
            </button>
          ) : null}
        </div>
      </section>
    </div>
  );
}

/** Nothing behind a signature is reached while it is asked for; Escape gives it up. */
function keepInside(event: KeyboardEvent, box: HTMLElement | null, close: () => void): void {
  event.stopPropagation();
  if (event.key === "Escape") return close();
  if (event.key !== "Tab" || box === null) return;
  const all = Array.from(box.querySelectorAll<HTMLElement>("button, input"));
  const [first, last] = [all[0], all.at(-1)];
  if (document.activeElement === (event.shiftKey ? first : last)) {
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  }
}

/** Goes off with the sixth digit, typed or tapped. */
function PinEntry({ give }: { give: (pin: string) => void }) {
  const [pin, setPin] = useState("");
  const take = (next: string): void => {
    const clean = next.replace(/\D/g, "").slice(0, LENGTH);
    setPin(clean);
    if (clean.length === LENGTH) give(clean);
  };
  return (
    <form class="pin" onSubmit={(event) => event.preventDefault()}>
      <label>
        {WHO.pin}
        <input
          type="password"
          inputMode="numeric"
          autocomplete="off"
          maxLength={LENGTH}
          value={pin}
          aria-describedby="pin-count"
          data-test="pin"
          onInput={(event) => take(event.currentTarget.value)}
        />
      </label>
      <span id="pin-count" class="dots" role="status" aria-label={digits(pin.length)}>
        {Array.from({ length: LENGTH }, (_, n) => (
          <i key={n} data-on={n < pin.length} />
        ))}
      </span>
      <div class="pad">
        {PAD.map((digit) => (
          <button key={digit} type="button" class="btn" data-test={`pad-${digit}`} onClick={() => take(pin + digit)}>
            {digit}
          </button>
        ))}
        <span />
        <button type="button" class="btn" data-test="pad-0" onClick={() => take(`${pin}0`)}>
          0
        </button>
        <button type="button" class="btn" aria-label={WHO.rubOut} onClick={() => take(pin.slice(0, -1))}>
          <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M9 5h11v14H9l-6-7zM12 9.5l5 5M17 9.5l-5 5" />
          </svg>
        </button>
      </div>
    </form>
  );
}

function PasswordEntry({ noPin, give }: { noPin: boolean; give: (password: string) => void }) {
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        const password = String(new FormData(event.currentTarget).get("password"));
        if (password !== "") give(password);
      }}
    >
      {noPin ? <p class="hint">{WHO.noPin}</p> : null}
      <div class="field">
        <label for="sign-password">{WHO.password}</label>
        <input id="sign-password" name="password" type="password" autocomplete="off" data-test="sign-password" />
      </div>
      <button type="submit" class="btn fill" data-test="sign-with-password">
        {WHO.sign}
      </button>
    </form>
  );
}
