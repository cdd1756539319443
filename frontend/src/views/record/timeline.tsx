/** Everything that happened in a session, newest first; what was corrected or voided stays, struck through. */

import { correctedIn, isStruck, type SessionRecord } from "../../core/record.ts";
import { hhmm, hhmmss, millis } from "../../core/time.ts";
import type { RecordEvent } from "../../wire/detail.ts";
import type { Alert, TimelineEntry } from "../../wire/types.ts";
import { R, effectWords, timelinePeople, timelineWords } from "../../words.ts";
import { Glyph } from "../glyph.tsx";

const DRAWN = {
  drop: "M4 3h16l-8 17z",
  pen: "M4 20l1-5L16 4l4 4L9 19z",
  pulse: "M3 12h4l2-6 4 12 3-9 1.5 3H21",
  step: "M5 12h14M13 6l6 6-6 6",
  check: "M5 12.5l4.5 4.5L19 7.5",
  dot: "M12 9a3 3 0 1 0 .01 0z",
} as const;

function drawnFor({ type, kind }: TimelineEntry): keyof typeof DRAWN {
  if (type === "event") return kind === "dose" || kind === "medication" ? "drop" : kind === "note" || kind === "symptom" ? "pen" : "dot";
  if (type === "baseline" || type === "reading_by_hand") return "pulse";
  if (type === "phase" || type === "created" || type === "move") return "step";
  return type === "screening" || type === "assessment" ? "check" : "dot";
}

function Icon({ entry }: { entry: TimelineEntry }) {
  if (entry.type === "alert") {
    const { kind, priority } = entry as unknown as Alert;
    return (
      <span class={`icon-of ${{ high: "high", medium: "med", low: "low" }[priority] ?? ""}`}>
        <Glyph alert={{ kind, priority }} />
      </span>
    );
  }
  const name = drawnFor(entry);
  return (
    <svg class={`icon-of is-${name} ${entry.kind === "dose" ? "own" : ""}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={DRAWN[name]} />
    </svg>
  );
}

function Row({ entry, struck, event }: { entry: TimelineEntry; struck: boolean; event: RecordEvent | undefined }) {
  const { title, detail } = timelineWords(entry);
  const people = timelinePeople(entry);
  const effect = event?.effect ?? [];
  const at = millis(entry.at);
  return (
    <li data-type={entry.type} data-struck={struck} data-test="timeline-row">
      <time dateTime={entry.at} title={hhmmss(at)}>
        {hhmm(at)}
      </time>
      <Icon entry={entry} />
      <span class="what">
        {struck ? (
          <s>
            <b>{title}</b> {detail}
          </s>
        ) : (
          <>
            <b>{title}</b>
            {detail === "" ? "" : ` ${detail}`}
          </>
        )}
        {people === "" ? null : <i>, {people}</i>}
        {struck ? <small> {entry["voided"] === true ? R.voided : R.struck}</small> : null}
        {effect.length === 0 ? null : (
          <small class="effect" data-test="effect">
            {R.effect} {effectWords(effect)}
          </small>
        )}
      </span>
    </li>
  );
}

export function Timeline({ record }: { record: Pick<SessionRecord, "timeline" | "events"> }) {
  const { timeline, events } = record;
  const corrected = correctedIn(timeline);
  const newest = [...timeline].reverse();
  return (
    <section class="card timeline-card" aria-labelledby="timeline-title">
      <h2 id="timeline-title">
        {R.timeline} <small>{R.events(timeline.length)}</small>
      </h2>
      {timeline.length === 0 ? <p class="none">{R.empty}</p> : null}
      <ol class="timeline" data-test="timeline" tabIndex={0}>
        {newest.map((entry, n) => (
          <Row key={timeline.length - n} entry={entry} struck={isStruck(entry, corrected)} event={events.find(({ id }) => id === entry["event_id"])} />
        ))}
      </ol>
    </section>
  );
}
