/** One button for an emergency: first the call, then a log by single taps; nothing to fill in before help is on its way. */

import { useEffect, useState } from "preact/hooks";
import { hhmmss, millis, mss } from "../../core/time.ts";
import { ACT, EMERGENCY, URGENT, doneWord, gateWords } from "../../words.ts";
import { CallHelp, useCallsByName } from "../call-help.tsx";
import { useScreen } from "../context.ts";
import { Refused, useWriting } from "../form.tsx";
import { Panel } from "../panel.tsx";
import { sessionPath, useActBlocked, useCase } from "./case.ts";
import type { Recorded } from "./event.tsx";
import { close, open, recorded } from "./open.ts";
import { useRead } from "./read.ts";
import { printSheet } from "./sheet.tsx";

function Octagon() {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3zM12 8v5M12 16.4v.2" />
    </svg>
  );
}

/** When the emergency of the session began, by the wall; null without one. */
export function useSince(): string | null {
  return useCase().tile?.session?.emergency?.since ?? null;
}

/** Always in the same place and always enabled while the server is heard: it needs no role beyond care and no form. */
export function EmergencyButton() {
  const { detail, tile, refresh } = useCase();
  const writing = useWriting();
  const blocked = useActBlocked(false);
  const since = useSince();
  const byName = useCallsByName();
  useEffect(() => writing.settle(), [since]); // by the wall it is on, or over: a call without an answer is not the next one's
  async function call(): Promise<void> {
    open(detail.id, "emergency");
    if (since !== null) return;
    await writing.run({ path: sessionPath(detail.id, "emergency"), body: { state: "on" } });
    recorded.value += 1;
    refresh();
  }
  if (byName && tile !== null && since === null) return <CallHelp session={tile.session} where={tile.chair.label} whole />;
  return (
    <>
      <button type="button" class="btn emergency" data-test="emergency" data-on={since !== null} disabled={blocked !== null} title={blocked ?? undefined} onClick={() => void call()}>
        <Octagon /> {since === null ? URGENT.button : URGENT.open}
      </button>
      {writing.refusal.value === null || since !== null ? null : (
        <div class="refusal" role="alert" data-test="emergency-failed">
          {URGENT.failed}
        </div>
      )}
    </>
  );
}

interface Entry {
  readonly event: Recorded;
  readonly words: string;
}

/** Newest first; without an emergency what was tapped since the panel was opened. */
const entries = (events: readonly Recorded[], since: string): readonly Entry[] =>
  events
    .filter(({ kind, at, corrects }) => (kind === "intervention" || kind === "medication" || kind === "dose") && !corrects && millis(at) >= millis(since))
    .map((event) => ({ event, words: doneWord(String(event["action"] ?? event["drug"] ?? event.kind)) }))
    .reverse();

export function Emergency() {
  const { detail, tile, refresh } = useCase();
  const { now } = useScreen();
  const writing = useWriting();
  const blocked = useActBlocked(false);
  const since = useSince();
  const { body, failed } = useRead<readonly Recorded[]>(sessionPath(detail.id, "events"));
  const [ending, setEnding] = useState(false);
  const [printing, setPrinting] = useState(false);
  const [openedAt] = useState(() => new Date(now.peek()).toISOString());
  const log = entries(body ?? [], since ?? openedAt);

  useEffect(() => writing.settle(), [log.length]); // an act whose answer was lost stands in the log: the same once more is another one
  useEffect(() => (printing ? printSheet(detail, tile, () => setPrinting(false)) : undefined), [printing]);

  async function send(path: string, body_: unknown, signed = false): Promise<boolean> {
    const sent = await writing.run({ path: sessionPath(detail.id, path), body: body_, signed });
    recorded.value += 1; // also without an answer: the log says what came of it
    refresh();
    return sent !== null;
  }
  const undo = (event: Recorded): void => void send("events", { kind: "note", text: URGENT.undoNote, corrects: event.id, at: event.at }, true);
  async function end(): Promise<void> {
    if (await send("emergency", { state: "off" })) close();
  }
  const halted = blocked !== null || writing.busy.value;

  return (
    <Panel title={URGENT.title} close={close} test="panel-emergency">
      {since === null ? null : (
        <p class="on-emergency" data-test="emergency-on">
          <b>{URGENT.on}</b> {URGENT.since(hhmmss(millis(since)), mss(now.value - millis(since)))}
        </p>
      )}
      <p class="hint">{blocked ?? URGENT.hint}</p>
      {writing.refusal.value === null ? null : <Refused refusal={writing.refusal.value} gateWords={gateWords} />}
      <div class="terms-big" role="group" aria-label={URGENT.log}>
        {Object.entries(EMERGENCY).map(([term, word]) => (
          <button key={term} type="button" class="btn" disabled={halted} data-focus={term === "help_called" ? "" : undefined} data-test={`log-${term}`} onClick={() => void send("events", { kind: "intervention", action: term })}>
            {word}
          </button>
        ))}
        <button type="button" class="btn" disabled={halted} data-test="log-medicine" onClick={() => open(detail.id, "medication")}>
          {URGENT.doseGiven}
        </button>
      </div>
      <h3>{URGENT.log}</h3>
      {failed || body !== null ? null : <p role="status">{ACT.loading}</p>}
      {failed ? <p role="status">{ACT.readFailed}</p> : body !== null && log.length === 0 ? <p class="none">{URGENT.nothing}</p> : null}
      <ol class="log" data-test="emergency-log">
        {log.map(({ event, words }) => (
          <li key={event.id} data-struck={Boolean(event.corrected_by)}>
            <time dateTime={event.at}>{hhmmss(millis(event.at))}</time>
            <b>{words}</b>
            {event.corrected_by ? (
              <span class="hint">{URGENT.undone}</span>
            ) : (
              <button type="button" class="btn" disabled={halted} data-test="undo" aria-label={`${URGENT.undo}: ${words}`} onClick={() => undo(event)}>
                {URGENT.undo}
              </button>
            )}
          </li>
        ))}
      </ol>
      <div class="form-end">
        <button type="button" class="btn" data-test="print-sheet" onClick={() => setPrinting(true)}>
          {URGENT.print}
        </button>
        {since === null || ending ? null : (
          <button type="button" class="btn" disabled={halted} data-test="end-emergency" onClick={() => setEnding(true)}>
            {URGENT.end}
          </button>
        )}
      </div>
      {ending ? (
        <div class="warned" role="alert">
          <p>{URGENT.endSure}</p>
          <div class="form-end">
            <button type="button" class="btn fill" disabled={halted} data-test="end-yes" onClick={() => void end()}>
              {URGENT.endYes}
            </button>
            <button type="button" class="btn" data-test="end-no" onClick={() => setEnding(false)}>
              {URGENT.endNo}
            </button>
          </div>
        </div>
      ) : null}
    </Panel>
  );
}
