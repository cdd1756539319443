/** One chair on the wall: who, which phase, what calls, the numbers, readiness, what is due and the trend. */

import { useComputed, type ReadonlySignal } from "@preact/signals";
import { callingLevel, calls, tileLevel } from "../core/alerts.ts";
import { elapsed, remaining } from "../core/elapsed.ts";
import { tileFreshness } from "../core/fresh.ts";
import type { Density } from "../core/layout.ts";
import { mss } from "../core/time.ts";
import type { Tile } from "../live/store.ts";
import { go, sessionPath } from "../route.ts";
import type { Alert, Left, Session } from "../wire/types.ts";
import { W, leftWords, patientWords, phaseWord, remainingWords } from "../words.ts";
import { useScreen } from "./context.ts";
import { useMay } from "./may.ts";
import { Derived, Numbers } from "./numbers.tsx";
import { ReadinessLine } from "./readiness.tsx";
import { Strip } from "./strip.tsx";
import { TrendChart } from "./trend.tsx";
import { Expected, GoingHome, Vacant } from "./turnover.tsx";

/** An alert that belongs to whoever sat here before must not be read as this patient's. */
export function isEarlier(alert: Alert, session: Session | null): boolean {
  return alert.session_id !== null && alert.session_id !== (session?.id ?? null);
}

export function PhaseClock({ session }: { session: Session }) {
  const { now } = useScreen();
  const baseline = session.phase === "preparing" ? session.baseline_progress : null;
  if (baseline !== null && baseline !== undefined) return <BaselineProgress {...baseline} />;
  const span = elapsed(session, now.value);
  const left = remaining(session, now.value);
  const paused = session.dosing?.paused === true && session.phase === "dosing";
  return (
    <span class="phase" data-test="phase">
      <span>
        <span class="word">{phaseWord(session.phase)}</span>
        {span === null || session.phase === "scheduled" ? null : <b>{mss(span)}</b>}
      </span>
      {left === null ? null : (
        <i>
          <span data-test="remaining">{remainingWords(left)}</span>
          {paused ? <span class="paused">{W.paused}</span> : null}
        </i>
      )}
    </span>
  );
}

/** How many of the readings that make a baseline are there. */
function BaselineProgress({ have, need }: { have: number; need: number }) {
  return (
    <span class="phase" data-test="phase">
      <span class="word">{W.baseline}</span>
      <b>
        {have}&thinsp;/&thinsp;{need}
      </b>
    </span>
  );
}

function Header({ tile, left }: { tile: Tile; left: Left | null }) {
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
      {session === null ? <span class="phase">{left === null ? W.free : leftWords(left)}</span> : <PhaseClock session={session} />}
    </header>
  );
}

function Body({ tile, alerts, density }: { tile: Tile; alerts: readonly Alert[]; density: Density }) {
  const { session, trend } = tile;
  if (session === null) return <Vacant tile={tile} density={density} />;
  if (session.phase === "scheduled") return <Expected session={session.id} />;
  return (
    <>
      <Numbers tile={tile} alerts={alerts} />
      {density === "L" ? (
        <div class="sub">
          <Below tile={tile} alerts={alerts} />
        </div>
      ) : null}
      {trend === null || density === "S" ? null : <TrendChart trend={trend} session={session} alerts={alerts} vitals={tile.vitals} />}
    </>
  );
}

/** What follows from the numbers; for who may go home, the two things to do about it. */
function Below({ tile, alerts }: { tile: Tile; alerts: readonly Alert[] }) {
  const { trusted } = useScreen();
  const { act } = useMay();
  const { session, readiness } = tile;
  if (session !== null && act && trusted.value && readiness?.ready === true && alerts.length === 0) return <GoingHome session={session.id} />;
  return (
    <>
      <Derived tile={tile} />
      {readiness === null || alerts.length === 0 ? null : <ReadinessLine readiness={readiness} calling={alerts.some(calls)} />}
    </>
  );
}

export function TileView({ tile: source, density }: { tile: ReadonlySignal<Tile>; density: Density }) {
  const { now, trust } = useScreen();
  const tile = source.value;
  const fresh = useComputed(() => tileFreshness(source.value.vitals, now.value, trust.value));
  const own = tile.alerts.filter((alert) => !isEarlier(alert, tile.session));
  const { level, kind, ack } = tileLevel(own);
  const session = tile.session;
  const left = session === null ? tile.last : null;
  return (
    <article
      class={`tile ${(session === null || session.phase === "scheduled") && level === 0 ? "idle" : ""}`}
      aria-label={tile.chair.label}
      tabIndex={0}
      data-test="tile"
      data-chair={tile.chair.label}
      data-chair-id={tile.chair.id}
      data-session={session?.id}
      data-phase={session?.phase ?? (left === null ? "free" : "discharged")}
      data-level={level}
      data-kind={kind}
      data-ack={ack}
      data-calls={callingLevel(own)}
      data-fresh={fresh.value}
    >
      <Header tile={tile} left={left} />
      <Strip tile={tile} alerts={own} density={density} />
      <Body tile={tile} alerts={own} density={density} />
    </article>
  );
}
