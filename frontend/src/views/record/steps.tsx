/** The session's steps in a row, each with how far it is, and in words what stands against the next one. */

import { metCount, observationMin, stepsOf, type Step } from "../../core/steps.ts";
import { hhmm, mss } from "../../core/time.ts";
import type { SessionDetail } from "../../wire/detail.ts";
import type { Session } from "../../wire/types.ts";
import { R, baselineFacts, checksWords, ofMinutes, orMore, outcomeSaid, progressWords } from "../../words.ts";

interface StepParts {
  readonly detail: SessionDetail;
  /** As the wall knows it; null for a session that is not there any more. */
  readonly session: Session | null;
  readonly now: number;
}

function About({ step, detail, session }: StepParts & { step: Step }) {
  const { lasted, at, state } = step;
  switch (step.name) {
    case "checkIn":
      return <>{at === null ? R.planned : hhmm(at)}</>;
    case "baseline":
      if (detail.baseline !== null) return <>{baselineFacts(detail.baseline)}</>;
      return <>{session?.baseline_progress ? progressWords(session.baseline_progress.have, session.baseline_progress.need) : detail.phase === "preparing" ? R.notYet : state === "ahead" ? "" : R.none}</>;
    case "dosing": {
      const open = detail.gates.length;
      if (detail.dosing === null) return <>{detail.phase !== "preparing" ? "" : open === 0 ? R.clearToDose : R.beforeDoseOpen(open)}</>;
      return (
        <>
          {lasted === null ? null : <b>{mss(lasted)}</b>} {ofMinutes(detail.dosing.planned_min)}
          {session?.dosing?.paused === true && state === "current" ? <em> {R.paused}</em> : null}
        </>
      );
    }
    case "recovery": {
      const required = observationMin(detail);
      if (lasted === null) return <>{required === null ? "" : orMore(required)}</>;
      return (
        <>
          <b>{mss(lasted)}</b> {required === null ? "" : ofMinutes(required)}
        </>
      );
    }
    case "ready":
      return <>{checksWords(metCount(detail.readiness), detail.readiness.criteria.length)}</>;
    case "discharged":
      return <>{at === null ? "" : [hhmm(at), outcomeSaid(detail.outcome)].filter(Boolean).join(" · ")}</>;
  }
}

/** A protocol's own words for what is open before the dose, until the phase is past. */
function Gates({ detail }: { detail: SessionDetail }) {
  if (detail.phase !== "preparing" || detail.gates.length === 0) return null;
  return (
    <details class="gates" data-test="gates">
      <summary>{R.beforeDoseOpen(detail.gates.length)}</summary>
      <ul>
        {detail.gates.map(({ code, detail: words, passable }, n) => (
          <li key={`${code} ${n}`} data-gate={code}>
            {gateSentence(words)}
            {passable ? <small> ({R.passable})</small> : null}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** `item: not answered. The question?` as the server tells it: the question is what a nurse knows. */
const gateSentence = (words: string): string => words.replace(/^[a-z0-9_]+: /, "").replace(/^./, (first) => first.toUpperCase());

export function Steps(parts: StepParts) {
  return (
    <div class="steps-row">
      <ol class="steps" aria-label={R.steps} data-test="steps">
        {stepsOf(parts.detail, parts.session, parts.now).map((step) => (
          <li key={step.name} data-step={step.name} data-state={step.state} aria-current={step.state === "current" ? "step" : undefined}>
            <span>{R[step.name]}</span>
            <i>
              <About step={step} {...parts} />
            </i>
            <u>
              <s style={{ width: `${Math.round(100 * (step.state === "done" ? 1 : (step.progress ?? 0)))}%` }} />
            </u>
          </li>
        ))}
      </ol>
      <Gates detail={parts.detail} />
    </div>
  );
}
