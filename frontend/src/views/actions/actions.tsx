/** What can be done to a session: the few acts of its phase at hand, all others one tap further, and one for an emergency. */

import { useEffect } from "preact/hooks";
import { offered, forClinician, SESSION_KEYS, type ActionName } from "../../core/actions.ts";
import type { Tile } from "../../live/store.ts";
import { visit } from "../../route.ts";
import type { SessionDetail } from "../../wire/detail.ts";
import { ACT, ACTS, BASE, PRESS_START, gateWords } from "../../words.ts";
import { Refused, useWriting } from "../form.tsx";
import { Panel } from "../panel.tsx";
import { CaseContext, sessionPath, useActBlocked, useCase } from "./case.ts";
import { OffNow } from "./course.tsx";
import { EmergencyButton } from "./emergency.tsx";
import { close, open, opened, recorded } from "./open.ts";
import { Opened } from "./panels.tsx";

export interface ActionsParts {
  /** The newest answer of `GET /sessions/{id}`. */
  readonly detail: SessionDetail;
  /** The chair as the wall shows it; null once the session is not on the wall any more. */
  readonly tile: Tile | null;
  /** Reads the record again at once: after something was written. */
  readonly refresh: () => void;
}

export function Actions({ detail, tile, refresh }: ActionsParts) {
  const { hand, more } = offered({ phase: tile?.session?.phase ?? detail.phase, paused: detail.dosing?.paused === true });
  useEffect(() => openAsked(detail), [detail.id]);
  const over = detail.phase === "discharged" || detail.phase === "cancelled";
  return (
    <CaseContext.Provider value={{ detail, tile, refresh }}>
      <div class="actions" role="group" aria-label={ACT.moreTitle} data-test="actions" data-session={detail.id}>
        {over ? null : <OffNow />}
        {hand.includes("baseline") ? <AcceptBaseline /> : null}
        {hand.map((name) => (name === "recheck" ? <Recheck key={name} /> : <ActionButton key={name} name={name} />))}
        <button type="button" class="btn" data-test="act-more" onClick={() => open(detail.id, "more")}>
          {ACT.more}
        </button>
        {over ? null : <EmergencyButton />}
      </div>
      {opened.value?.session === detail.id ? <Opened more={<More names={more} />} /> : null}
    </CaseContext.Provider>
  );
}

/** A link may ask for a panel: `?do=discharge`; `checklist` is what the phase asks to be looked at. Asked once, then forgotten. */
function openAsked({ id, phase }: SessionDetail): void {
  const asked = new URLSearchParams(location.search).get("do");
  if (asked === null) return;
  visit(location.pathname, true);
  const { hand, more } = offered({ phase, paused: false });
  const name = asked === "checklist" ? (phase === "preparing" ? "screening" : "assessment") : [...hand, ...more].find((one) => one === asked);
  if (name !== undefined) open(id, name);
}

function ActionButton({ name, wide = false }: { name: ActionName; wide?: boolean }) {
  const { detail } = useCase();
  const blocked = useActBlocked(forClinician(name));
  const key = keyOf(name, detail.phase);
  return (
    <button type="button" class={wide ? "btn choice" : "btn"} disabled={blocked !== null} title={blocked ?? undefined} data-test={`act-${name}`} data-key={key} onClick={() => open(detail.id, name)}>
      <span>
        {name === "baseline" && detail.baseline !== null ? BASE.correct : ACTS[name]}
        {key === undefined ? null : <kbd aria-hidden="true">{key}</kbd>}
      </span>
      {wide && blocked !== null ? <small>{blocked}</small> : null}
    </button>
  );
}

/** Before the dose C is the pre-treatment check, afterwards the assessment for going home. */
function keyOf(name: ActionName, phase: string): string | undefined {
  return name === "assessment" && phase === "preparing" ? undefined : SESSION_KEYS[name];
}

/** One tap locks what is there, once there is enough; anything else is done in the panel. */
function AcceptBaseline() {
  const { detail, tile, refresh } = useCase();
  const writing = useWriting();
  const blocked = useActBlocked(false);
  const progress = tile?.session?.baseline_progress ?? null;
  if (detail.baseline !== null || progress === null || progress.have < progress.need) return null;
  async function accept(): Promise<void> {
    await writing.run({ path: sessionPath(detail.id, "baseline"), body: {} });
    recorded.value += 1;
    refresh();
  }
  return (
    <>
      <button type="button" class="btn fill" disabled={blocked !== null || writing.busy.value} title={blocked ?? undefined} data-test="accept-baseline" onClick={() => void accept()}>
        {BASE.accept}
      </button>
      {writing.refusal.value === null ? null : <Refused refusal={writing.refusal.value} gateWords={gateWords} />}
    </>
  );
}

/** Nothing here inflates a cuff: it makes a due item that says to press START on the monitor. */
function Recheck({ wide = false }: { wide?: boolean }) {
  const { detail, tile, refresh } = useCase();
  const writing = useWriting();
  const blocked = useActBlocked(false);
  const asked = tile?.due.some(({ kind }) => kind === "recheck") === true;
  useEffect(() => writing.settle(), [asked]); // asked for, or done: the next one is asked for anew
  async function ask(): Promise<void> {
    await writing.run({ path: sessionPath(detail.id, "recheck") });
    recorded.value += 1;
    refresh();
  }
  return (
    <>
      <button type="button" class={wide ? "btn choice" : "btn"} disabled={blocked !== null || writing.busy.value} title={blocked ?? undefined} data-test="act-recheck" data-key="B" onClick={() => void ask()}>
        <span>
          {ACTS.recheck}
          <kbd aria-hidden="true">B</kbd>
        </span>
      </button>
      {asked ? (
        <span class="asked" role="status" data-test="recheck-asked">
          {PRESS_START}
        </span>
      ) : null}
      {writing.refusal.value === null ? null : <Refused refusal={writing.refusal.value} gateWords={gateWords} />}
    </>
  );
}

function More({ names }: { names: readonly ActionName[] }) {
  return (
    <Panel title={ACT.moreTitle} close={close} test="panel-more">
      <div class="choices" role="group" aria-label={ACT.moreTitle}>
        {names.map((name) => (name === "recheck" ? <Recheck key={name} wide /> : <ActionButton key={name} name={name} wide />))}
      </div>
    </Panel>
  );
}
