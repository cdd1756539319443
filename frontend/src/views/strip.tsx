/** The line under a tile's header: the most urgent alert, else who may go home and what is due next. Always there, so that nothing jumps. */

import { useComputed } from "@preact/signals";
import { calls } from "../core/alerts.ts";
import type { Density } from "../core/layout.ts";
import { millis } from "../core/time.ts";
import type { Tile } from "../live/store.ts";
import type { Alert, Due } from "../wire/types.ts";
import { W, alertWords, dueLine, dueWord, lettersLeft, nameBrief, phaseWord, priorityWord } from "../words.ts";
import { AckButton, AlertMessage, alertClass } from "./alerts.tsx";
import { useScreen } from "./context.ts";
import { Glyph } from "./glyph.tsx";
import { ReadinessLine, readinessWords } from "./readiness.tsx";

interface StripParts {
  readonly tile: Tile;
  /** Those of the session that sits here now, most urgent first. */
  readonly alerts: readonly Alert[];
  readonly density: Density;
}

function AlertStrip({ tile, alerts, density, top }: StripParts & { top: Alert }) {
  const more = alerts.length - 1;
  return (
    <div class={`strip ${alertClass(top)}`} data-test="strip" data-alert={top.id} data-state={top.state}>
      {density === "S" ? <Brief alert={top} /> : <AlertMessage alert={top} />}
      {more > 0 ? (
        <span class="more" title={W.moreAlerts(more)}>
          +{more}
        </span>
      ) : null}
      {density === "S" ? null : <AckButton alert={top} where={tile.chair.label} short />}
    </div>
  );
}

/** In the smallest tiles the shape and the fill say the priority; the rail says all of it. */
function Brief({ alert }: { alert: Alert }) {
  return (
    <>
      <Glyph alert={alert} />
      <span class="msg" data-test="alert-text">
        <span class="sr">{priorityWord(alert.priority)} </span>
        {alertWords(alert)}
      </span>
    </>
  );
}

/** What is owed now before what comes next; what was missed calls for nothing any more. */
export function nextDue(items: readonly Due[]): Due | undefined {
  return items.filter((item) => item.state !== "missed").sort((a, b) => millis(a.at) - millis(b.at))[0];
}

function QuietStrip({ tile, alerts, density }: StripParts) {
  const { now, trusted } = useScreen();
  const { readiness } = tile;
  const due = nextDue(tile.due);
  const ready = trusted.value && readiness?.ready === true;
  const words = due === undefined ? null : dueLine(due, now.value, density === "L" && readiness !== null ? "S" : density);
  const whole = due === undefined ? undefined : dueWord(due);
  if (density === "S") {
    return (
      <div class={`strip ${ready ? "ready" : ""}`} data-test="strip">
        {ready ? <Glyph alert="met" /> : null}
        <span class="msg" title={ready ? undefined : whole}>{ready ? readinessWords(readiness) : words}</span>
        {ready || tile.session === null || tile.session.phase === "scheduled" ? null : <span>{phaseWord(tile.session.phase)}</span>}
      </div>
    );
  }
  return (
    <div class={`strip ${ready ? "ready" : ""}`} data-test="strip">
      {ready ? <Glyph alert="met" /> : null}
      {readiness === null ? null : <ReadinessLine readiness={readiness} calling={alerts.some(calls)} />}
      {words === null ? null : <span class={readiness === null ? "msg" : "due-at"} title={whole}>{words}</span>}
      {ready ? null : <NurseOf chair={tile.chair.id} letters={lettersLeft(density, words ?? "")} />}
    </div>
  );
}

/** Whose chair it is now; asks for no colour when it is nobody's, since the alert of that does. */
function NurseOf({ chair, letters }: { chair: string; letters: number }) {
  const { store } = useScreen();
  const name = useComputed(() => {
    const found = store.system.value?.assignments?.[chair];
    return found === undefined ? "" : (found.covered_by_name ?? found.name);
  }).value;
  return name === "" ? null : (
    <span class="nurse" data-test="nurse" title={name}>
      {nameBrief(name, letters)}
    </span>
  );
}

export function Strip(parts: StripParts) {
  const top = parts.alerts[0];
  return top === undefined ? <QuietStrip {...parts} /> : <AlertStrip {...parts} top={top} />;
}
