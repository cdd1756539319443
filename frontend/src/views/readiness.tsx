/** Who may go home, and why not yet: each criterion with its state and evidence. */

import type { Readiness } from "../wire/types.ts";
import { W, criteriaCount, criterionState, criterionWord, evidenceWords, notBefore } from "../words.ts";

export function readinessWords(readiness: Readiness): string {
  if (readiness.ready) return W.criteriaMet;
  const met = readiness.criteria.filter((criterion) => criterion.state === "met").length;
  return criteriaCount(met, readiness.criteria.length);
}

export function CriteriaList({ readiness }: { readiness: Readiness }) {
  return (
    <ul class="criteria" data-test="criteria">
      {readiness.criteria.map((criterion) => (
        <li key={criterion.code} data-criterion={criterion.code} data-state={criterion.state}>
          <b>{criterionWord(criterion.code)}</b> <span>{criterionState(criterion.state)}</span>
          <small>
            {[evidenceWords(criterion.evidence), criterion.not_before ? notBefore(criterion.not_before) : ""].filter(Boolean).join(" · ")}
          </small>
        </li>
      ))}
    </ul>
  );
}

export function ReadinessLine({ readiness }: { readiness: Readiness }) {
  return (
    <details class="readiness" data-test="readiness" data-ready={readiness.ready}>
      <summary>{readinessWords(readiness)}</summary>
      <CriteriaList readiness={readiness} />
    </details>
  );
}
