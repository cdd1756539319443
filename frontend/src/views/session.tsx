/** One session: its alerts, numbers and readiness as on the wall, and its timeline from the record. */

import { useComputed } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { request } from "../api/http.ts";
import { hhmmss, millis } from "../core/time.ts";
import { go } from "../route.ts";
import type { Tile } from "../live/store.ts";
import type { Alert, Session, TimelineEntry } from "../wire/types.ts";
import { W, patientWords, timelinePeople, timelineWords } from "../words.ts";
import { AlertRow } from "./alerts.tsx";
import { useScreen } from "./context.ts";
import { Derived, Numbers } from "./numbers.tsx";
import { CriteriaList, readinessWords } from "./readiness.tsx";
import { PhaseClock, isEarlier } from "./tile.tsx";
import { TrendChart } from "./trend.tsx";

type Loaded = { readonly kind: "loading" | "failed" } | { readonly kind: "entries"; readonly entries: readonly TimelineEntry[] };

function itemsOf(body: unknown): readonly TimelineEntry[] {
  const list = Array.isArray(body) ? body : typeof body === "object" && body !== null && "items" in body ? body.items : [];
  return Array.isArray(list) ? (list as TimelineEntry[]) : [];
}

function TimelineRow({ entry }: { entry: TimelineEntry }) {
  const { title, detail } = timelineWords(entry);
  const people = timelinePeople(entry);
  return (
    <li data-type={entry.type}>
      <time dateTime={entry.at}>{hhmmss(millis(entry.at))}</time> <b>{title}</b> <span>{detail}</span>
      {people === "" ? null : <i> {people}</i>}
    </li>
  );
}

/** Read again whenever the wall hears of something new in this session or its alerts. */
function Timeline({ id, session, alerts }: { id: string; session: Session | null; alerts: readonly Alert[] | undefined }) {
  const [loaded, setLoaded] = useState<Loaded>({ kind: "loading" });
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    let current = true;
    void request<unknown>("GET", `sessions/${encodeURIComponent(id)}/timeline`).then((answer) => {
      if (current) setLoaded(answer.ok ? { kind: "entries", entries: itemsOf(answer.body) } : { kind: "failed" });
    });
    return () => {
      current = false;
    };
  }, [id, session, alerts, asked]);
  return (
    <section aria-labelledby="timeline">
      <h2 id="timeline">
        {W.timeline}{" "}
        <button type="button" class="btn" onClick={() => setAsked(asked + 1)}>
          {W.refresh}
        </button>
      </h2>
      {loaded.kind === "failed" ? <p role="status">{W.timelineFailed}</p> : null}
      {loaded.kind === "entries" && loaded.entries.length === 0 ? <p class="none">{W.timelineEmpty}</p> : null}
      <ol class="timeline" data-test="timeline">
        {(loaded.kind === "entries" ? loaded.entries : []).map((entry, index) => (
          <TimelineRow key={index} entry={entry} />
        ))}
      </ol>
    </section>
  );
}

function OnWall({ tile }: { tile: Tile }) {
  const { trusted } = useScreen();
  const session = tile.session;
  if (session === null) return null;
  const own = tile.alerts.filter((alert) => !isEarlier(alert, session));
  return (
    <>
      <ul class="alerts">
        {own.map((alert) => (
          <AlertRow key={alert.id} alert={alert} where={tile.chair.label} earlier={false} />
        ))}
      </ul>
      <Numbers tile={tile} alerts={own} />
      <div class="sub">
        <Derived tile={tile} />
      </div>
      {tile.trend === null ? null : <TrendChart trend={tile.trend} session={session} alerts={own} vitals={tile.vitals} />}
      {tile.readiness === null ? null : (
        <section aria-labelledby="readiness">
          <h2 id="readiness">
            {trusted.value ? `${W.readiness}: ${readinessWords(tile.readiness)}` : W.readinessNotKnown}
          </h2>
          {trusted.value ? <CriteriaList readiness={tile.readiness} /> : null}
        </section>
      )}
    </>
  );
}

export function SessionView({ id }: { id: string }) {
  const { store } = useScreen();
  const chair = useComputed(() => (store.loaded.value ? store.chairOf(id) : null)).value;
  const tile = chair === null ? undefined : store.tile(chair)?.value;
  const session = tile?.session ?? null;
  return (
    <main class="session" data-test="session" data-session={id}>
      <p>
        <a href="./" data-test="back" onClick={(event) => go(event, "")}>
          {W.back}
        </a>
      </p>
      <h1>
        {tile?.chair.label ?? ""} {patientWords(session)}
      </h1>
      {tile === undefined || session === null ? <p>{store.loaded.value ? W.notOnWall : W.connecting}</p> : <PhaseClock session={session} />}
      {tile === undefined ? null : <OnWall tile={tile} />}
      <Timeline id={id} session={session} alerts={tile?.alerts} />
    </main>
  );
}
