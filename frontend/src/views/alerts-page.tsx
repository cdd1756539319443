/** Every alert of the day: those that are open, those somebody has, those nobody has reviewed, and what was. */

import { useEffect } from "preact/hooks";
import { acknowledged, behindLast } from "../core/alerts.ts";
import { dayAsked } from "../core/alert-day.ts";
import { dayOf } from "../core/day.ts";
import { millis } from "../core/time.ts";
import { go } from "../route.ts";
import type { Alert } from "../wire/types.ts";
import { A, PAGES, W, acknowledgedWords, againWords, forWords, patientWords, resolvedWords } from "../words.ts";
import { HandOver } from "./alerts-handover.tsx";
import { AlertsOfDay } from "./alerts-history.tsx";
import { AckButton, AlertMessage, alertClass } from "./alerts.tsx";
import { useScreen, useShown } from "./context.ts";
import { isEarlier } from "./tile.tsx";

/** Who it is about, as far as the wall knows; the last patient's alert is not this one's. */
function usePlace(alert: Alert): { readonly chair: string; readonly patient: string } {
  const { store } = useScreen();
  const tile = alert.chair_id === null ? undefined : store.tile(alert.chair_id)?.value;
  if (tile === undefined) return { chair: W.clinicWide, patient: "" };
  const earlier = isEarlier(alert, tile.session);
  return { chair: tile.chair.label, patient: earlier ? A.earlierSession : patientWords(tile.session) };
}

function AgeOf({ alert }: { alert: Alert }) {
  const { now } = useScreen();
  const words = alert.state === "returned" ? resolvedWords(alert) : forWords(alert, now.value);
  return <span class="age">{words}</span>;
}

function Again({ alert }: { alert: Alert }) {
  const { now } = useScreen();
  const words = againWords(alert, now.value);
  return words === null ? null : (
    <span class="again" data-test="again">
      {words}
    </span>
  );
}

/** Who has it and since when; a refusal that somebody was first is the button's to say. */
function Hold({ alert, where }: { alert: Alert; where: string }) {
  const { screen, account } = useShown();
  const login = account.login.value;
  const told = screen.acknowledgements.attempts.value.has(alert.id);
  if (told || !acknowledged(alert)) return alert.suppressed === true && !acknowledged(alert) ? null : <AckButton alert={alert} where={where} />;
  return (
    <span class="done" data-test="ack-done">
      {acknowledgedWords(alert, "user" in login ? login.user : null)}
    </span>
  );
}

function OpenAlert({ alert }: { alert: Alert }) {
  const { chair, patient } = usePlace(alert);
  const where = (
    <span class="where">
      {chair}
      {patient === "" ? null : <span class="who"> {patient}</span>}
      <span class="sr">: </span>
    </span>
  );
  return (
    <li class={`alert ${alertClass(alert)} ${alert.suppressed === true ? "behind" : ""}`} data-alert={alert.id} data-priority={alert.priority} data-state={alert.state} data-test="alert">
      <AlertMessage alert={alert} where={where} />
      <span class="alert-end">
        <AgeOf alert={alert} />
        <Hold alert={alert} where={chair} />
        <Again alert={alert} />
      </span>
    </li>
  );
}

interface GroupParts {
  readonly title: string;
  readonly name: "active" | "taken" | "unreviewed";
  readonly alerts: readonly Alert[];
  readonly empty: string;
  readonly hint?: string;
}

function Group({ title, name, alerts, empty, hint }: GroupParts) {
  const { trusted } = useScreen();
  return (
    <section class="card" aria-labelledby={name} data-group={name}>
      <h2 id={name}>
        {title} <span data-test={`count-${name}`}>{alerts.length}</span>
      </h2>
      {hint === undefined || alerts.length === 0 ? null : <p class="none">{hint}</p>}
      {alerts.length === 0 ? <p class="none">{trusted.value ? empty : W.notKnown}</p> : null}
      <ul class="alerts">
        {alerts.map((alert) => (
          <OpenAlert key={alert.id} alert={alert} />
        ))}
      </ul>
    </section>
  );
}

/** The store has them in order of urgency already: what calls by priority, then age. */
function OpenAlerts() {
  const { store } = useScreen();
  const open = store.alerts.value;
  const taken = open.filter(acknowledged);
  const returned = open.filter((alert) => !acknowledged(alert) && alert.state === "returned");
  const active = open.filter((alert) => !acknowledged(alert) && alert.state !== "returned");
  const soonest = [...taken].sort((a, b) => (millis(a.remind_at) || Infinity) - (millis(b.remind_at) || Infinity));
  return (
    <div class="open-alerts">
      <Group title={A.active} name="active" alerts={behindLast(active)} empty={A.noActive} />
      <Group title={A.taken} name="taken" alerts={soonest} empty={A.noTaken} />
      <Group title={A.unreviewed} name="unreviewed" alerts={returned} empty={A.noUnreviewed} hint={A.reviewHint} />
    </div>
  );
}

const HANDOVER = "alerts?show=handover";

export function AlertsPage({ query }: { query: string }) {
  const { store, now } = useScreen();
  const handover = new URLSearchParams(query).get("show") === "handover";
  const known = !Number.isNaN(now.value);
  const today = dayOf(known ? now.value : Date.now());
  useEffect(() => window.scrollTo(0, 0), [handover]);
  if (handover) return <HandOver />;
  return (
    <main class="sheet alerts-page" data-test="alerts-page">
      <div class="page-head">
        <h1>{PAGES.alerts}</h1>
        <a class="btn to-page" href={HANDOVER} data-test="handover" onClick={(event) => go(event, HANDOVER)}>
          {A.handover}
        </a>
      </div>
      {store.loaded.value ? <OpenAlerts /> : <p class="none">{W.connecting}</p>}
      {known ? <AlertsOfDay asked={dayAsked(query, today)} today={today} /> : null}
    </main>
  );
}
