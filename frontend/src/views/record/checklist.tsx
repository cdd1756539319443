/** What must be so before a patient leaves: what is measured beside what a nurse confirms, each with its evidence. */

import { metCount } from "../../core/steps.ts";
import type { Criterion, Readiness } from "../../wire/types.ts";
import { R, W, criterionState, criterionWord, criterionWords, metOf, notBefore, personName } from "../../words.ts";

const MEASURED: ReadonlySet<string> = new Set(["observation", "blood_pressure", "heart_rate", "spo2", "respiratory_rate", "alerts", "technical_alerts"]);

/** Who confirmed it; empty where something measured did. */
function by({ evidence }: Criterion): string {
  const name = typeof evidence === "object" && evidence !== null && "by_name" in evidence ? personName(evidence.by_name) : null;
  return name ?? "";
}

/** Nobody has looked yet: the empty ring says that. */
function isOpen({ evidence }: Criterion): boolean {
  const reasons = typeof evidence === "object" && evidence !== null && "reasons" in evidence ? evidence.reasons : null;
  return Array.isArray(reasons) && reasons.length === 1 && reasons[0] === "not_assessed";
}

function Line({ criterion }: { criterion: Criterion }) {
  const met = criterion.state === "met";
  const found = criterionWords(withoutNames(criterion));
  const about = [met || isOpen(criterion) ? "" : criterionState(criterion.state), found, by(criterion), criterion.not_before ? notBefore(criterion.not_before) : ""].filter(Boolean);
  return (
    <li data-criterion={criterion.code} data-state={criterion.state} data-open={isOpen(criterion)}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <circle cx="12" cy="12" r="10" />
        {met ? <path d="m7 12.5 3.4 3.4L17 9" /> : null}
      </svg>
      <span>
        <b>{criterionWord(criterion.code)}</b>
        {met ? <span class="sr"> {criterionState("met")}</span> : null}
        <small title={about.join(" · ")}>{about.join(" · ")}</small>
      </span>
    </li>
  );
}

/** The person stands by name at the line's end. */
function withoutNames(criterion: Criterion): Criterion {
  const { evidence } = criterion;
  if (typeof evidence !== "object" || evidence === null || Array.isArray(evidence)) return criterion;
  return { ...criterion, evidence: Object.fromEntries(Object.entries(evidence).filter(([key]) => key !== "by_name" && key !== "by")) };
}

function Column({ title, criteria }: { title: string; criteria: readonly Criterion[] }) {
  if (criteria.length === 0) return null;
  return (
    <div>
      <h3>{title}</h3>
      <ul>
        {criteria.map((criterion) => (
          <Line key={criterion.code} criterion={criterion} />
        ))}
      </ul>
    </div>
  );
}

/** `known`: without a connection nobody is said to be ready. */
export function Checklist({ readiness, known }: { readiness: Pick<Readiness, "criteria">; known: boolean }) {
  const { criteria } = readiness;
  return (
    <section class="card checklist" aria-labelledby="ready-title" tabIndex={0} data-test="checklist">
      <h2 id="ready-title">
        {R.readyToLeave} <small>{known ? metOf(metCount(readiness), criteria.length) : W.readinessNotKnown}</small>
      </h2>
      {known ? (
        <div class="two">
          <Column title={R.measured} criteria={criteria.filter(({ code }) => MEASURED.has(code))} />
          <Column title={R.confirms} criteria={criteria.filter(({ code }) => !MEASURED.has(code))} />
        </div>
      ) : null}
    </section>
  );
}
