/** Every open alert of the clinic, most urgent first, acknowledged ones below; and what is due next. */

import { behindLast, byLimit } from "../core/alerts.ts";
import type { Alert, Due } from "../wire/types.ts";
import { millis } from "../core/time.ts";
import { W, dueWhen, dueWord, moreDue } from "../words.ts";
import { AlertRow } from "./alerts.tsx";
import { useScreen } from "./context.ts";
import { KeyHints } from "./keys.tsx";
import { isEarlier } from "./tile.tsx";

const DUE_SHOWN = 10;

function Attention() {
  const { store, trusted } = useScreen();
  const alerts = store.alerts.value;
  const helped = new Set<string>();
  const row = (alert: Alert, sourced: boolean) => {
    const tile = alert.chair_id === null ? undefined : store.tile(alert.chair_id)?.value;
    const where = tile?.chair.label ?? W.clinicWide;
    const earlier = tile !== undefined && isEarlier(alert, tile.session);
    // Once for each chair, at its most urgent alert.
    const help = tile === undefined || earlier || helped.has(tile.chair.id) ? null : tile.session;
    if (help !== null && tile !== undefined) helped.add(tile.chair.id);
    return <AlertRow key={alert.id} alert={alert} where={where} earlier={earlier} sourced={sourced} help={help} />;
  };
  const group = (together: readonly Alert[]) =>
    together.length === 1 ? (
      together.map((alert) => row(alert, false))
    ) : (
      <li key={together[0]?.id} class="together" data-test="together">
        <ul class="alerts">{together.map((alert) => row(alert, true))}</ul>
      </li>
    );
  return (
    <section aria-labelledby="attention" tabIndex={0}>
      <h2 id="attention">
        {W.needsAttention} <span data-test="alert-count">{alerts.length}</span>
      </h2>
      {alerts.length === 0 ? <p class="none">{trusted.value ? W.nothing : W.notKnown}</p> : <ul class="alerts">{byLimit(behindLast(alerts)).map(group)}</ul>}
    </section>
  );
}

/** All that is due by now, and the next thing planned. */
function soonest(items: readonly Due[]): readonly Due[] {
  const planned = items.filter((due) => due.state === "planned").sort((a, b) => millis(a.at) - millis(b.at));
  return [...items.filter((due) => due.state === "due" || due.state === "overdue"), ...planned.slice(0, 1)];
}

function DueNext() {
  const { store, now } = useScreen();
  const all: { label: string; due: Due }[] = [];
  for (const id of store.order.value) {
    const tile = store.tile(id)?.value;
    if (tile !== undefined) for (const due of soonest(tile.due)) all.push({ label: tile.chair.label, due });
  }
  all.sort((a, b) => millis(a.due.at) - millis(b.due.at));
  return (
    <section aria-labelledby="due" tabIndex={0}>
      <h2 id="due">{W.dueNext}</h2>
      {all.length === 0 ? <p class="none">{W.nothingDue}</p> : null}
      <ul class="due" data-test="due">
        {all.slice(0, DUE_SHOWN).map(({ label, due }) => (
          <li key={`${label} ${due.kind} ${due.code ?? ""} ${due.at}`} data-state={due.state}>
            <b>{label}</b> <span>{dueWord(due)}</span> <i>{dueWhen(due, now.value)}</i>
          </li>
        ))}
      </ul>
      {all.length > DUE_SHOWN ? (
        <p class="none" data-test="due-more">
          {moreDue(all.length - DUE_SHOWN)}
        </p>
      ) : null}
    </section>
  );
}

export function Rail() {
  return (
    <aside class="rail" aria-label={W.needsAttention}>
      <Attention />
      <DueNext />
      <KeyHints />
    </aside>
  );
}
