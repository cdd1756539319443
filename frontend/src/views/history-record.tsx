/** One session's record for reading and printing; nothing can be changed here. */

import { useState } from "preact/hooks";
import { begunOf } from "../core/record.ts";
import { go } from "../route.ts";
import type { SessionDetail } from "../wire/detail.ts";
import { H, dateAndTime, endedWords, patientFacts } from "../words.ts";
import { useScreen } from "./context.ts";
import { lastSearch } from "./history-search.tsx";
import { WholeRecord } from "./record/record.tsx";

function Whose({ detail }: { detail: SessionDetail | null }) {
  const { now } = useScreen();
  if (detail === null) return <h1>{H.record}</h1>;
  const begun = begunOf(detail);
  const { patient, chair, phase, outcome } = detail;
  return (
    <div class="whose" data-test="whose">
      <h1>{patient?.name ?? H.record}</h1>
      <p>
        {[
          patient === null ? "" : patientFacts(patient, begun ?? now.peek(), null),
          begun === null ? "" : dateAndTime(begun),
          chair?.label ?? "",
          endedWords(phase, outcome),
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
    </div>
  );
}

export function RecordPage({ id }: { id: string }) {
  const [detail, setDetail] = useState<SessionDetail | null>(null);
  const compare = detail?.patient == null ? null : `history/compare?patient=${detail.patient.id}`;
  return (
    <main class="sheet history record" data-test="history-page" data-page="record">
      <div class="page-head no-print">
        <Whose detail={detail} />
        <span class="form-end">
          <a class="btn to-page" href={lastSearch.path} data-test="back" onClick={(event) => go(event, lastSearch.path, lastSearch.text)}>
            {H.toHistory}
          </a>
          {compare === null ? null : (
            <a class="btn to-page" href={compare} data-test="compare" onClick={(event) => go(event, compare)}>
              {H.compare}
            </a>
          )}
          <button type="button" class="btn fill" data-test="print" disabled={detail === null} onClick={() => window.print()}>
            {H.print}
          </button>
        </span>
      </div>
      <WholeRecord id={id} known={setDetail} />
    </main>
  );
}
