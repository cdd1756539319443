/** Calling for help where the login is locked or only shows: one tap on the chair, one on one's name; no PIN, no form. */

import { signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { request } from "../api/http.ts";
import { Writing } from "../api/write.ts";
import type { Session } from "../wire/types.ts";
import { URGENT, helpFor } from "../words.ts";
import { useShown } from "./context.ts";
import { useBlocked } from "./form.tsx";
import { useMay } from "./may.ts";
import { Names } from "./who.tsx";

interface Calling {
  readonly session: string;
  readonly where: string;
  readonly button: HTMLElement;
  readonly writing: Writing;
}

/** The call whose name is being chosen, or that is under way or has failed; one at a time. */
const calling = signal<Calling | null>(null);

/** The only way to call from here: a station whose login may not act, where somebody is on shift. */
export function useCallsByName(): boolean {
  const { account, station } = useShown();
  const { act } = useMay();
  return !act && "user" in account.login.value && station.here.value !== null && station.takers().length > 0;
}

interface HelpParts {
  readonly session: Pick<Session, "id" | "phase" | "emergency"> | null;
  readonly where: string;
  /** Where there is room for the whole word. */
  readonly whole?: boolean;
}

/** Nothing at an empty chair, nor where help was called already: the alert of that says it. */
export function CallHelp({ session, where, whole = false }: HelpParts) {
  const { account, station } = useShown();
  const blocked = useBlocked();
  const byName = useCallsByName();
  const writing = useMemo(() => new Writing(request, (wanted) => station.headers(wanted), () => void account.check()), [account, station, session?.id]);
  const since = session?.emergency?.since ?? null;
  useEffect(() => {
    writing.settle(); // by the wall it is on, or over: a call without an answer is not the next one's
    if (since !== null && calling.peek()?.session === session?.id) calling.value = null;
  }, [since]);
  if (!byName || session === null || session.phase === "scheduled" || session.emergency) return null;
  const busy = writing.busy.value;
  return (
    <button
      type="button"
      class="btn call-help"
      data-test="call-help"
      data-whole={whole}
      disabled={blocked !== null || busy}
      title={blocked ?? undefined}
      aria-label={helpFor(where)}
      onClick={(event) => {
        writing.clear();
        calling.value = { session: session.id, where, button: event.currentTarget, writing };
      }}
    >
      <span class="long">{busy ? URGENT.calling : URGENT.button}</span>
      <span class="short">{URGENT.short}</span>
    </button>
  );
}

/** Always the names, also where one person is on: the second tap is what keeps a brush of the sleeve from calling everybody. */
export function HelpPicker() {
  const { station } = useShown();
  const blocked = useBlocked();
  const asked = calling.value;
  const byName = useCallsByName();
  if (asked === null || blocked !== null || !byName) return null;
  const { session, where, button, writing } = asked;
  const refused = writing.refusal.value !== null;
  async function call(person: string): Promise<void> {
    const path = `sessions/${encodeURIComponent(session)}/emergency`;
    // What failed is said where the call was made, and the same names are offered again.
    if ((await writing.run({ path, body: { state: "on" }, person, byName: true })) === null) calling.value = asked;
  }
  return (
    <Names
      key={`${session} ${refused}`}
      title={helpFor(where)}
      failed={refused ? URGENT.failed : null}
      button={button}
      close={() => (calling.value = null)}
      people={station.takers()}
      acting={null}
      take={(person) => void call(person)}
    />
  );
}
