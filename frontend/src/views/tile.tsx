/** One chair on the wall: who, which phase, what calls, the numbers, readiness, what is due and the trend. */

import { useComputed, type ReadonlySignal } from "@preact/signals";
import { calls, tileLevel } from "../core/alerts.ts";
import { elapsed, remaining } from "../core/elapsed.ts";
import { tileFreshness } from "../core/fresh.ts";
import { mss } from "../core/time.ts";
import type { Tile } from "../live/store.ts";
import { go, sessionPath } from "../route.ts";
import type { Alert, Session } from "../wire/types.ts";
import { W, dueWhen, dueWord, patientWords, phaseWord, remainingWords } from "../words.ts";
import { AckButton, AlertMessage, alertClass } from "./alerts.tsx";
import { useScreen } from "./context.ts";
import { Derived, Numbers } from "./numbers.tsx";
import { ReadinessLine } from "./readiness.tsx";
import { TrendChart } from "./trend.tsx";

/** An alert that belongs to whoever sat here before must not be read as this patient's. */
export function isEarlier(alert: Alert, session: Session | null): boolean {
  return alert.session_id !== null && alert.session_id !== (session?.id ?? null);
}

export function PhaseClock({ session }: { session: Session }) {
  const { now } = useScreen();
  const span = elapsed(session, now.value);
  const left = remaining(session, now.value);
  return (
    <span class="phase" data-test="phase">
      {phaseWord(session.phase)}
      {span === null || session.phase === "scheduled" ? null : <b>{mss(span)}</b>}
      {left === null ? null : <i data-test="remaining">{remainingWords(left)}</i>}
      {session.dosing?.paused === true && session.phase === "dosing" ? <i>{W.paused}</i> : null}
    </span>
  );
}

function Header({ tile }: { tile: Tile }) {
  const session = tile.session;
  return (
    <header>
      <h2>
        {session === null ? (
          tile.chair.label
        ) : (
          <a href={sessionPath(session.id)} onClick={(event) => go(event, sessionPath(session.id))}>
            {tile.chair.label}
          </a>
        )}
      </h2>
      <span class="who" data-test="patient">
        {patientWords(session)}
      </span>
      {session === null ? <span class="phase">{W.free}</span> : <PhaseClock session={session} />}
    </header>
  );
}

/** Always there, so that nothing jumps: the most urgent alert, or what is due next. */
function Strip({ tile, alerts }: { tile: Tile; alerts: readonly Alert[] }) {
  const { now } = useScreen();
  const top = alerts[0];
  if (top !== undefined) {
    return (
      <div class={`strip ${alertClass(top)}`} data-test="strip" data-alert={top.id}>
        <AlertMessage alert={top} />
        {alerts.length > 1 ? <span class="more">+{alerts.length - 1}</span> : null}
        <AckButton alert={top} where={tile.chair.label} short />
      </div>
    );
  }
  const due = tile.due.find((item) => item.state !== "missed");
  return (
    <div class="strip" data-test="strip">
      {due === undefined ? null : (
        <span class="msg">
          {dueWord(due)} {dueWhen(due, now.value)}
        </span>
      )}
    </div>
  );
}

export function TileView({ tile: source }: { tile: ReadonlySignal<Tile> }) {
  const { now, trusted } = useScreen();
  const tile = source.value;
  const fresh = useComputed(() => tileFreshness(source.value.vitals, now.value, trusted.value));
  const own = tile.alerts.filter((alert) => !isEarlier(alert, tile.session));
  const { level, kind, ack } = tileLevel(own);
  const session = tile.session;
  return (
    <article
      class={`tile ${session === null && level === 0 ? "idle" : ""}`}
      aria-label={tile.chair.label}
      data-test="tile"
      data-chair={tile.chair.label}
      data-chair-id={tile.chair.id}
      data-session={session?.id}
      data-phase={session?.phase ?? "free"}
      data-level={level}
      data-kind={kind}
      data-ack={ack}
      data-calls={own.some(calls)}
      data-fresh={fresh.value}
    >
      <Header tile={tile} />
      <Strip tile={tile} alerts={own} />
      {session === null || session.phase === "scheduled" ? null : (
        <>
          <Numbers tile={tile} />
          <div class="sub">
            <Derived tile={tile} />
            {tile.readiness === null ? null : <ReadinessLine readiness={tile.readiness} calling={own.some(calls)} />}
          </div>
          {tile.trend === null ? null : <TrendChart trend={tile.trend} session={session} />}
        </>
      )}
    </article>
  );
}
