/** A tablet beside one patient: one calm page for one chair, silent, with a large way to say that somebody is here. */

import { useComputed, type ReadonlySignal } from "@preact/signals";
import { acknowledged, calls } from "../core/alerts.ts";
import { tileFreshness } from "../core/fresh.ts";
import { cuffSoon } from "../core/room.ts";
import { hhmm } from "../core/time.ts";
import type { Tile } from "../live/store.ts";
import { go, sessionPath } from "../route.ts";
import type { Alert } from "../wire/types.ts";
import { ROOM, W, cuffIn, dueShort, dueWhen, patientWords } from "../words.ts";
import { AlertMessage, alertClass } from "./alerts.tsx";
import { CallHelp } from "./call-help.tsx";
import { useScreen, useShown } from "./context.ts";
import { useMay } from "./may.ts";
import { Numbers } from "./numbers.tsx";
import { nextDue } from "./strip.tsx";
import { PhaseClock, isEarlier } from "./tile.tsx";
import { useTake } from "./who.tsx";

export function Room() {
  const { screen, station } = useShown();
  const chair = station.here.value?.chair_id ?? null;
  const tile = chair === null ? undefined : screen.store.tile(chair);
  if (!screen.store.loaded.value) return <main class="none connecting">{W.connecting}</main>;
  if (tile === undefined)
    return (
      <main class="none connecting">
        <p>
          {ROOM.noChair}{" "}
          <a class="btn line" href="shift" onClick={(event) => go(event, "shift")}>
            {ROOM.toShift}
          </a>
        </p>
      </main>
    );
  return <OneChair tile={tile} />;
}

function OneChair({ tile: source }: { tile: ReadonlySignal<Tile> }) {
  const { now, trust } = useScreen();
  const tile = source.value;
  const fresh = useComputed(() => tileFreshness(source.value.vitals, now.value, trust.value)).value;
  const soon = useComputed(() => cuffSoon(source.value.due, now.value) !== null).value;
  const own = tile.alerts.filter((alert) => !isEarlier(alert, tile.session) && alert.suppressed !== true);
  const top = own.find((alert) => !acknowledged(alert));
  const calm = top === undefined || !calls(top);
  return (
    <main class="room" data-test="room" data-chair={tile.chair.label} data-cuff-soon={soon && calm} data-fresh={fresh}>
      <Head tile={tile} />
      {top === undefined ? <Calm tile={tile} /> : <Calls key={top.id} alert={top} label={tile.chair.label} more={own.filter((alert) => !acknowledged(alert)).length - 1} />}
      {tile.session === null || tile.session.phase === "scheduled" ? null : (
        <div class="room-numbers">
          <Numbers tile={tile} alerts={own} />
        </div>
      )}
    </main>
  );
}

function Head({ tile }: { tile: Tile }) {
  const { now } = useScreen();
  const { act } = useMay();
  const { session } = tile;
  return (
    <header>
      <h1>{tile.chair.label}</h1>
      <span class="who" data-test="patient">
        {patientWords(session)}
      </span>
      <span class="room-links">
        <CallHelp session={session} where={tile.chair.label} whole />
        {act && session !== null ? (
          <a class="btn" href={sessionPath(session.id)} data-test="room-session" onClick={(event) => go(event, sessionPath(session.id))}>
            {ROOM.session}
          </a>
        ) : null}
        <a class="btn" href="shift" data-test="room-shift" onClick={(event) => go(event, "shift")}>
          {ROOM.toShift}
        </a>
        <b class="time">{hhmm(now.value)}</b>
      </span>
    </header>
  );
}

/** Nothing calls: where the session stands, and what comes next, in time to say it to the patient. */
function Calm({ tile }: { tile: Tile }) {
  const { now } = useScreen();
  const { session } = tile;
  const left = cuffSoon(tile.due, now.value);
  const due = nextDue(tile.due);
  const next = due === undefined ? "" : `${dueShort(due)} ${dueWhen(due, now.value)}`;
  return (
    <section class="room-calm">
      {session === null ? <p class="room-free">{ROOM.free}</p> : <PhaseClock session={session} />}
      <p class="room-next" data-test="room-next">
        {left === null ? next : cuffIn(left)}
      </p>
    </section>
  );
}

/** What calls for this chair, and one large answer to it. */
function Calls({ alert, label, more }: { alert: Alert; label: string; more: number }) {
  const { acknowledgements, trusted } = useScreen();
  const take = useTake();
  const { acknowledge } = useMay();
  const attempt = acknowledgements.attempts.value.get(alert.id);
  const busy = attempt?.kind === "sending" || attempt?.kind === "sent";
  const words = attempt?.kind === "failed" ? W.acknowledgeFailed : busy ? W.acknowledging : trusted.value ? ROOM.here : W.notConnectedShort;
  return (
    <section class="room-calls">
      <div class={`strip ${alertClass(alert)}`} data-test="strip" data-alert={alert.id} data-state={alert.state}>
        <AlertMessage alert={alert} />
        {more > 0 ? <span class="more">+{more}</span> : null}
      </div>
      {acknowledge ? (
        <button type="button" class="im-here ack" data-test="im-here" disabled={busy || !trusted.value} aria-label={`${words}: ${label}`} onClick={(event) => void take(alert, event.currentTarget)}>
          {words}
        </button>
      ) : null}
    </section>
  );
}
