/** One session's whole record, read-only: what happened, in the same parts as on the page it was worked with. */

import { useEffect } from "preact/hooks";
import { millis } from "../../core/time.ts";
import type { SessionRecord } from "../../core/record.ts";
import type { SessionDetail } from "../../wire/detail.ts";
import type { Due } from "../../wire/types.ts";
import { R } from "../../words.ts";
import { SessionChart } from "../chart/chart.tsx";
import { useScreen } from "../context.ts";
import { AlertsTable } from "./alerts.tsx";
import { Checklist } from "./checklist.tsx";
import { PaperFoot, PaperHead } from "./paper.tsx";
import { Steps } from "./steps.tsx";
import { Timeline } from "./timeline.tsx";
import { useEarlier, useFeed, useNth } from "./use.ts";

const NONE: readonly Due[] = [];

function Whole({ record }: { record: SessionRecord }) {
  const { now } = useScreen();
  const { detail } = record;
  const nth = useNth(detail);
  const earlier = useEarlier(detail);
  const moment = Number.isNaN(now.peek()) ? millis(detail.readiness.as_of) : now.peek();
  return (
    <div class="whole-record" data-test="whole-record">
      <PaperHead detail={detail} nth={nth} />
      <Steps detail={detail} session={null} now={moment} />
      <SessionChart record={record} now={moment} due={NONE} earlier={earlier} intervals={null} />
      <AlertsTable alerts={record.alerts} />
      <Checklist readiness={detail.readiness} known />
      <Timeline record={record} />
      <PaperFoot />
    </div>
  );
}

/** `missing` and `refused` are said as they are; nothing is written from here. `known`: whose it is, once that was read. */
export function WholeRecord({ id, known }: { id: string; known?: (detail: SessionDetail) => void }) {
  const feed = useFeed(id);
  const record = feed.record.value;
  const detail = record?.detail;
  useEffect(() => (detail === undefined ? undefined : known?.(detail)), [detail]);
  const words = { loading: R.loading, whole: null, old: R.old, failed: R.failed, missing: R.missing, refused: R.refused }[feed.reading.value];
  return (
    <>
      {words === null ? null : (
        <p class="reading-state" role="status" data-test="reading-state" data-reading={feed.reading.value}>
          {words}
        </p>
      )}
      {record === null ? null : <Whole record={record} />}
    </>
  );
}
