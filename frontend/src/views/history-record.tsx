/** One session's record for reading and printing; nothing can be changed here. */

import { go } from "../route.ts";
import type { SessionDetail } from "../wire/detail.ts";
import { H } from "../words.ts";
import { ReadingState, useReading } from "./reading.tsx";

export function RecordPage({ id }: { id: string }) {
  const reading = useReading<SessionDetail>(`sessions/${encodeURIComponent(id)}`);
  const detail = reading.body;
  const compare = detail?.patient == null ? null : `history/compare?patient=${detail.patient.id}`;
  return (
    <main class="sheet history record" data-test="history-page" data-page="record">
      <div class="page-head">
        <h1>{detail?.patient?.name ?? H.record}</h1>
        <span class="form-end no-print">
          <a class="btn link" href="history" data-test="back" onClick={(event) => go(event, "history")}>
            {H.toHistory}
          </a>
          {compare === null ? null : (
            <a class="btn link" href={compare} data-test="compare" onClick={(event) => go(event, compare)}>
              {H.compare}
            </a>
          )}
          <button type="button" class="btn fill" data-test="print" disabled={detail === null} onClick={() => window.print()}>
            {H.print}
          </button>
        </span>
      </div>
      <ReadingState of={reading} />
    </main>
  );
}
