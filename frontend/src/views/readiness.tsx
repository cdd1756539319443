/** Who may go home, and why not yet: each criterion with its state and evidence. */

import { useEffect, useRef } from "preact/hooks";
import type { Readiness } from "../wire/types.ts";
import { W, criteriaCount, criterionState, criterionWord, criterionWords, missingFirst, notBefore } from "../words.ts";
import { useScreen } from "./context.ts";

export function readinessWords(readiness: Readiness): string {
  if (readiness.ready) return W.criteriaMet;
  const met = readiness.criteria.filter((criterion) => criterion.state === "met").length;
  return criteriaCount(met, readiness.criteria.length);
}

export function CriteriaList({ readiness }: { readiness: Readiness }) {
  return (
    <ul class="criteria" data-test="criteria">
      {missingFirst(readiness.criteria).map((criterion) => (
        <li key={criterion.code} data-criterion={criterion.code} data-state={criterion.state}>
          <b>{criterionWord(criterion.code)}</b> <span>{criterionState(criterion.state)}</span>
          <small>
            {[criterionWords(criterion), criterion.not_before ? notBefore(criterion.not_before) : ""].filter(Boolean).join(" · ")}
          </small>
        </li>
      ))}
    </ul>
  );
}

/** Without a connection nobody is said to be ready. Opens over the numbers of the tile; an alert that calls closes it, so that they are seen. */
export function ReadinessLine({ readiness, calling }: { readiness: Readiness; calling: boolean }) {
  const { trusted } = useScreen();
  const list = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    if (calling && list.current !== null) list.current.open = false;
  }, [calling]);
  return (
    <details class="readiness" data-test="readiness" data-ready={trusted.value && readiness.ready} ref={list}>
      <summary>{trusted.value ? readinessWords(readiness) : W.readinessNotKnown}</summary>
      {trusted.value ? <CriteriaList readiness={readiness} /> : null}
    </details>
  );
}
