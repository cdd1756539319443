/** One session as its nurse works with it: who, what calls, how far, the trend, the numbers, the checklist and the record. */

import { useComputed } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { SessionFeed } from "../api/record.ts";
import { criteriaOf, type SessionRecord } from "../core/record.ts";
import { millis } from "../core/time.ts";
import type { Tile } from "../live/store.ts";
import type { Alert, Due } from "../wire/types.ts";
import { R, W } from "../words.ts";
import { Actions } from "./actions/actions.tsx";
import { SessionChart } from "./chart/chart.tsx";
import { useScreen } from "./context.ts";
import { AlertsTable } from "./record/alerts.tsx";
import { Checklist } from "./record/checklist.tsx";
import { PaperFoot, PaperHead } from "./record/paper.tsx";
import { Steps } from "./record/steps.tsx";
import { Timeline } from "./record/timeline.tsx";
import { useEarlier, useFeed, useIntervals, useNth } from "./record/use.ts";
import { AlertBar } from "./session-alert.tsx";
import { SessionHead } from "./session-head.tsx";
import { Now } from "./session-now.tsx";
import { isEarlier } from "./tile.tsx";

/** The chart moves on every five seconds of the clinic's time, and with every new value. */
const REDRAW_MS = 5_000;
const NONE: readonly Due[] = [];

/** Tells the feed what the wall has heard: values join their curves, everything else is read again. */
function useNews(feed: SessionFeed, tile: Tile | null): void {
  const { connection } = useScreen();
  const session = tile?.session ?? null;
  const alerts = tile?.alerts;
  const { heart_rate: rate, spo2, blood_pressure: pressure } = tile?.vitals ?? {};
  const live = connection.value.kind;
  useEffect(() => feed.changed(["detail", "timeline", "events"]), [feed, session]);
  useEffect(() => feed.changed(["alerts", "timeline"]), [feed, alerts]);
  useEffect(() => feed.changed(["cuffs", "events", "detail"]), [feed, pressure?.effective_at]);
  useEffect(() => feed.changed(["detail"]), [feed, tile?.readiness?.ready, tile?.readiness?.criteria.map(({ state }) => state).join()]);
  useEffect(() => (live === "live" ? feed.changed() : undefined), [feed, live]);
  useEffect(() => (rate === undefined ? undefined : feed.heard("heart_rate", millis(rate.effective_at), rate.value)), [feed, rate]);
  useEffect(() => (spo2 === undefined ? undefined : feed.heard("spo2", millis(spo2.effective_at), spo2.value)), [feed, spo2]);
}

const READING = { missing: R.missing, refused: R.refused, failed: R.failed, old: R.old, loading: R.loading, whole: null } as const;

interface BodyParts {
  readonly record: SessionRecord;
  readonly tile: Tile | null;
  readonly alerts: readonly Alert[];
  readonly refresh: () => void;
}

function Body({ record, tile, alerts, refresh }: BodyParts) {
  const { now, trusted } = useScreen();
  const { detail } = record;
  const session = tile?.session ?? null;
  const moment = useComputed(() => Math.floor(now.value / REDRAW_MS) * REDRAW_MS).value;
  const intervals = useIntervals(detail);
  const earlier = useEarlier(detail);
  const due = tile?.due ?? NONE;
  const known = trusted.value || tile === null;
  const criteria = useMemo(() => criteriaOf(tile?.readiness?.criteria ?? null, detail), [tile?.readiness, detail]);
  return (
    <>
      <Steps detail={detail} session={session} now={now.value} />
      <div class="session-grid">
        <div class="session-main">
          <SessionChart record={record} now={Number.isNaN(moment) ? millis(detail.readiness.as_of) : moment} due={due} earlier={earlier} intervals={intervals} />
          <Actions detail={detail} tile={tile} refresh={refresh} />
        </div>
        {tile === null || session === null ? null : <Now tile={tile} session={session} detail={detail} alerts={alerts} />}
        <Checklist readiness={{ criteria }} known={known} />
        <Timeline record={record} />
        <div class="print-only">
          <AlertsTable alerts={record.alerts} />
        </div>
      </div>
    </>
  );
}

export function SessionView({ id }: { id: string }) {
  const { store } = useScreen();
  const feed = useFeed(id);
  const chair = useComputed(() => (store.loaded.value ? store.chairOf(id) : null)).value;
  const tile = (chair === null ? undefined : store.tile(chair)?.value) ?? null;
  useNews(feed, tile);
  const record = feed.record.value;
  const detail = record?.detail ?? null;
  const session = tile?.session ?? null;
  const alerts = tile === null ? [] : tile.alerts.filter((alert) => !isEarlier(alert, session));
  const nth = useNth(detail);
  const state = READING[feed.reading.value];
  return (
    <main class="session" data-test="session" data-session={id}>
      {detail === null ? null : <PaperHead detail={detail} nth={nth} />}
      <SessionHead id={id} detail={detail} session={session} label={tile?.chair.label ?? ""} nth={nth} />
      <AlertBar alerts={alerts} session={id} where={tile?.chair.label ?? ""} read={() => feed.now()} />
      {state === null ? null : (
        <p class="reading-state" role="status" data-test="reading-state" data-reading={feed.reading.value}>
          {state}
        </p>
      )}
      {store.loaded.value && tile === null && detail !== null ? <p class="reading-state">{W.notOnWall}</p> : null}
      {record === null ? session === null || tile === null ? null : <Now tile={tile} session={session} detail={null} alerts={alerts} /> : <Body record={record} tile={tile} alerts={alerts} refresh={() => feed.now()} />}
      <PaperFoot />
    </main>
  );
}
