/** One alert as a row, with its marks, words, times and its acknowledge button. */

import type { ComponentChildren } from "preact";
import { acknowledged, calls } from "../core/alerts.ts";
import { limitParts } from "../core/limits.ts";
import { hhmm, millis } from "../core/time.ts";
import type { Alert, Session, User } from "../wire/types.ts";
import { W, acknowledger, alertWords, escalationWords, firstAcknowledged, marks, nextEscalation, priorityWord, provisionalWords, sourceWord, takenWords, worst } from "../words.ts";
import { CallHelp } from "./call-help.tsx";
import { useScreen, useShown } from "./context.ts";
import { Glyph } from "./glyph.tsx";
import { useMay } from "./may.ts";
import { useTake } from "./who.tsx";

const LOOKS = { high: "high", medium: "med", low: "low" } as const;

/** Classes that say priority, kind and whether it still calls. */
export function alertClass(alert: Alert): string {
  return `${LOOKS[alert.priority]} ${alert.kind === "technical" ? "tech" : ""} ${calls(alert) && alert.suppressed !== true ? "" : "quiet"}`;
}

/** `brief`: beside the number itself; the list says how bad it was. */
function State({ alert, brief }: { alert: Alert; brief: boolean }) {
  const { now, store, trusted } = useScreen();
  const parts: string[] = [];
  if (alert.state === "provisional") parts.push(provisionalWords(alert, now.value));
  if (alert.state === "returned") parts.push(W.returned);
  if (alert.unconfirmed === true) parts.push(W.unconfirmed);
  if (alert.late === true) parts.push(W.late);
  if (alert.recorded === false) parts.push(W.notStored);
  if (alert.suppressed === true && !acknowledged(alert)) parts.push(W.behindHigher);
  if (calls(alert)) parts.push(...escalationWords(alert));
  const next = calls(alert) && trusted.value ? nextEscalation(alert, store.system.value?.on_call?.name ?? null, now.value) : null;
  if (next !== null) parts.push(next);
  parts.push(hhmm(millis(alert.opened_at)));
  if (!brief && typeof alert.worst_value === "number" && alert.worst_value !== alert.value && limitParts(alert.limit).kind !== "rate") parts.push(worst(alert.worst_value));
  return <>{parts.join(" · ")}</>;
}

/** `where`: in a list, which chair it is about. */
export function AlertMessage({ alert, where }: { alert: Alert; where?: ComponentChildren }) {
  return (
    <>
      <Glyph alert={alert} />
      <span class="msg" data-test="alert-text">
        {where}
        <span class="words">
          {acknowledged(alert) ? null : <span aria-hidden="true">{marks(alert)} </span>}
          <span class="sr">{priorityWord(alert.priority)} </span>
          {alertWords(alert)}
        </span>
        <small data-test="alert-state">
          <State alert={alert} brief={where === undefined} />
        </small>
      </span>
    </>
  );
}

/** `short`: where a tile has little room for it. */
export function AckButton({ alert, where, short = false }: { alert: Alert; where: string; short?: boolean }) {
  const { screen, account } = useShown();
  const { acknowledgements, trusted } = screen;
  const take = useTake();
  const may = useMay();
  const login = account.login.value;
  const me = "user" in login ? login.user : null;
  const attempt = acknowledgements.attempts.value.get(alert.id);
  if (attempt?.kind === "first") {
    return (
      <span class="done" data-test="ack-first" role="status">
        {firstAcknowledged(attempt.who ?? acknowledger(alert, me), attempt.at ?? alert.acknowledged_at ?? null)}
      </span>
    );
  }
  if (acknowledged(alert)) {
    return (
      <span class="done" data-test="ack-done">
        <Taken alert={alert} me={me} />
      </span>
    );
  }
  if (attempt?.kind === "sent") return <span class="done">{W.acknowledgedNow}</span>;
  if (!may.acknowledge) return null;
  const sending = attempt?.kind === "sending";
  const label = sending ? W.acknowledging : attempt?.kind === "failed" ? W.acknowledgeFailed : trusted.value ? (short ? W.acknowledgeShort : W.acknowledge) : W.notConnectedShort;
  return (
    <button
      type="button"
      class="ack"
      data-test="ack"
      disabled={sending || !trusted.value}
      aria-label={`${label}: ${where}, ${alertWords(alert)}`}
      onClick={(event) => void take(alert, event.currentTarget)}
    >
      {label}
    </button>
  );
}

/** Who has it, and when it sounds again: its own part, so that the clock redraws nothing else. */
function Taken({ alert, me }: { alert: Alert; me: Pick<User, "id" | "name"> | null }) {
  const { now } = useScreen();
  return <>{takenWords(alert, me, now.value)}</>;
}

interface RowParts {
  readonly alert: Alert;
  readonly where: string;
  readonly earlier: boolean;
  /** Other sources stand beside it: it says its own. */
  readonly sourced?: boolean;
  /** The session for which help can be called from this row, at a screen that acts by name alone. */
  readonly help?: Session | null;
}

export function AlertRow({ alert, where, earlier, sourced = false, help = null }: RowParts) {
  const place = (
    <span class="where">
      {where}
      {sourced && alert.kind === "physiological" && alert.source !== null ? <span data-test="source"> {sourceWord(alert.source)}</span> : null}
      {earlier ? <span data-test="earlier"> {W.earlierSession}</span> : null}
      <span class="sr">: </span>
    </span>
  );
  return (
    <li class={`alert ${alertClass(alert)} ${alert.suppressed === true ? "behind" : ""}`} data-alert={alert.id} data-priority={alert.priority} data-state={alert.state} data-test="alert">
      <AlertMessage alert={alert} where={place} />
      {alert.suppressed === true && !acknowledged(alert) ? null : <AckButton alert={alert} where={where} short />}
      <CallHelp session={help} where={where} whole />
    </li>
  );
}
