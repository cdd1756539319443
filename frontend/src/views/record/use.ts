/** Reads what a session's page shows besides the wall: its record, its protocol's intervals, and the patient's other sessions. */

import { useEffect, useMemo, useState } from "preact/hooks";
import { request } from "../../api/http.ts";
import { SessionFeed } from "../../api/record.ts";
import type { Intervals } from "../../core/chart/model.ts";
import type { ByMinute, SessionDetail } from "../../wire/detail.ts";

/** One session's record, read once and again when its owner says that something changed. */
export function useFeed(id: string): SessionFeed {
  const feed = useMemo(
    () =>
      new SessionFeed(
        id,
        (path) => request<unknown>("GET", path),
        (run, ms) => {
          const timer = setTimeout(run, ms);
          return () => clearTimeout(timer);
        },
      ),
    [id],
  );
  useEffect(() => {
    feed.start();
    return () => feed.stop();
  }, [feed]);
  return feed;
}

/** One answer, read when what it is about is known or changes; null until then and when it may not be read. */
function useAnswer<T>(path: string | null): T | null {
  const [answer, setAnswer] = useState<{ readonly path: string; readonly body: T } | null>(null);
  useEffect(() => {
    let current = true;
    if (path !== null) {
      void request<T>("GET", path).then((found) => {
        if (current && found.ok) setAnswer({ path, body: found.body });
      });
    }
    return () => {
      current = false;
    };
  }, [path]);
  return answer !== null && answer.path === path ? answer.body : null;
}

interface Timetabled {
  readonly timetable?: { readonly interval_min?: Intervals };
}

export function useIntervals(detail: SessionDetail | null): Intervals | null {
  const answer = useAnswer<Timetabled>(detail === null ? null : `protocols/${encodeURIComponent(detail.protocol.code)}/versions/${detail.protocol.version}`);
  return answer?.timetable?.interval_min ?? null;
}

/** What was usual in this patient's earlier sessions, once there is a dose to count from. */
export function useEarlier(detail: SessionDetail | null): ByMinute | null {
  const patient = detail?.patient ?? null;
  const dosed = detail?.dosing ?? null;
  return useAnswer<ByMinute>(detail === null || patient === null || dosed === null ? null : `patients/${patient.id}/sessions-by-minute?before=${detail.id}`);
}

interface Found {
  readonly items: readonly { readonly id: string }[];
}

/** Which of the patient's sessions this is; sessions come newest first. */
export function useNth(detail: SessionDetail | null): { readonly n: number; readonly of: number } | null {
  const patient = detail?.patient ?? null;
  const found = useAnswer<Found>(patient === null ? null : `sessions?patient_id=${patient.id}&limit=200`);
  const place = found?.items.findIndex(({ id }) => id === detail?.id) ?? -1;
  return found === null || place < 0 ? null : { n: found.items.length - place, of: found.items.length };
}
