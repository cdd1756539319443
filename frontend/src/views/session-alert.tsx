/** The alerts of one session across its page: the most urgent with what can be done about it, the others below. */

import { useEffect } from "preact/hooks";
import { acknowledged, calls } from "../core/alerts.ts";
import { millis } from "../core/time.ts";
import type { Alert } from "../wire/types.ts";
import { R, W, alertWords, escalatesWords, marks, priorityWord, provisionalWords, remindsWords } from "../words.ts";
import { AckButton, AlertRow, alertClass } from "./alerts.tsx";
import { useScreen, useShown } from "./context.ts";
import { Refused, useBlocked, useWriting } from "./form.tsx";
import { Glyph } from "./glyph.tsx";

/** The name of the clinician on call, where the clinic has told one. */
function useOnCall(): string | null {
  const { store } = useScreen();
  return store.system.value?.on_call?.name ?? null;
}

function Since({ alert }: { alert: Alert }) {
  const { now } = useScreen();
  const onCall = useOnCall();
  const parts = [R.since(now.value - millis(alert.opened_at))];
  if (alert.state === "provisional") parts.push(provisionalWords(alert, now.value));
  if (alert.state === "returned") parts.push(R.returned);
  if (calls(alert)) parts.push(escalatesWords(alert, now.value, onCall));
  if ((alert.escalation ?? 0) > 0 && !acknowledged(alert)) parts.push(alert.escalation === 1 ? W.escalated : W.clinicianCalled);
  if (acknowledged(alert)) parts.push(remindsWords(alert, now.value));
  return (
    <span class="since" data-test="alert-since">
      {parts.filter(Boolean).join(" · ")}
    </span>
  );
}

/** Only a high alert goes to the clinician; one that has gone there needs no second call. */
const callable = (alert: Alert): boolean => alert.priority === "high" && !acknowledged(alert) && (alert.escalation ?? 0) < 2;

interface ButtonsParts {
  readonly alert: Alert;
  readonly session: string;
  readonly where: string;
  readonly read: () => void;
}

function Buttons({ alert, session, where, read }: ButtonsParts) {
  const { account, screen } = useShown();
  const { store } = screen;
  const onCall = useOnCall();
  const writing = useWriting();
  const blocked = useBlocked();
  const login = account.login.value;
  const acts = login.kind === "user" && login.user.roles.some((role) => role === "nurse" || role === "clinician");
  const busy = writing.busy.value;
  const run = (path: string): void => void writing.run({ path }).then((answer) => (answer === null ? undefined : read()));
  const refusal = writing.refusal.value;
  const due = alert.chair_id === null ? undefined : store.tile(alert.chair_id)?.value.due;
  const asked = due?.some(({ kind }) => kind === "recheck") === true;
  useEffect(() => writing.settle(), [alert.id, alert.escalation, asked]); // the wall says what came of a try without an answer
  return (
    <span class="alert-acts">
      {acts && alert.kind === "physiological" ? (
        <button type="button" class="btn" disabled={busy || blocked !== null} title={blocked ?? R.recheckAsked} data-test="alert-recheck" onClick={() => run(`sessions/${session}/recheck`)}>
          {R.recheck}
        </button>
      ) : null}
      {acts && callable(alert) ? (
        <button type="button" class="btn" disabled={busy || blocked !== null} title={blocked ?? undefined} data-test="alert-call" onClick={() => run(`alerts/${alert.id}/escalate`)}>
          {onCall === null ? R.callClinician : R.callNow(onCall)}
        </button>
      ) : null}
      <AckButton alert={alert} where={where} />
      {refusal === null ? null : <Refused refusal={refusal} />}
    </span>
  );
}

interface BarParts {
  /** Those of this session that are open, most urgent first. */
  readonly alerts: readonly Alert[];
  readonly session: string;
  readonly where: string;
  /** Something was written: the record is read again. */
  readonly read: () => void;
}

export function AlertBar({ alerts, session, where, read }: BarParts) {
  const top = alerts[0];
  if (top === undefined) return null;
  const rest = alerts.slice(1);
  return (
    <section class="alert-bar-page" aria-label={W.activeAlerts} data-test="alert-bar">
      <div class={`alert-bar strip ${alertClass(top)}`} data-alert={top.id} data-priority={top.priority} data-state={top.state}>
        <Glyph alert={top} />
        <b class="bar-words" data-test="alert-text">
          {acknowledged(top) ? null : <span aria-hidden="true">{marks(top)} </span>}
          <span class="sr">{priorityWord(top.priority)} </span>
          {alertWords(top)}
        </b>
        <Since alert={top} />
        <Buttons key={top.id} alert={top} session={session} where={where} read={read} />
      </div>
      {rest.length === 0 ? null : (
        <ul class="alerts" aria-label={R.more}>
          {rest.map((alert) => (
            <AlertRow key={alert.id} alert={alert} where={where} earlier={false} />
          ))}
        </ul>
      )}
    </section>
  );
}
