/** How many open alerts of each kind there are in the whole clinic, for a look from the door. */

import { tallied, type Tally } from "../core/alerts.ts";
import { W, priorityWord } from "../words.ts";
import { useScreen } from "./context.ts";
import { Glyph } from "./glyph.tsx";

const ORDER = ["high", "medium", "low", "technical"] as const;

function shapeOf(name: Tally["name"]): Parameters<typeof Glyph>[0]["alert"] {
  return name === "technical" ? { kind: "technical", priority: "low" } : { kind: "physiological", priority: name };
}

export function Tallies() {
  const { store } = useScreen();
  const tallies = tallied(store.alerts.value);
  return (
    <div class="tallies" role="group" aria-label={W.activeAlerts}>
      {ORDER.map((name) => {
        const { count, calling } = tallies[name];
        return (
          <span key={name} class="tally" data-tally={name} data-state={count === 0 ? "none" : calling > 0 ? "calls" : "quiet"} data-level={calling}>
            <Glyph alert={shapeOf(name)} />
            {count} <small>{name === "technical" ? W.technical : priorityWord(name)}</small>
          </span>
        );
      })}
    </div>
  );
}
