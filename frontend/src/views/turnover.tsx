/** From one patient to the next: the ready patient's two buttons, the chair that was left, and the free one. */

import type { Density } from "../core/layout.ts";
import type { Tile } from "../live/store.ts";
import { go, sessionPath } from "../route.ts";
import { ACTS, F, SEAT, W, outcomeWords, refusalWords } from "../words.ts";
import { seating } from "./actions/open.ts";
import { useBlocked, useWriting } from "./form.tsx";
import { useMay } from "./may.ts";

/** To the session's page with the panel open: what is left to tick is done there, where all of it is seen. */
export function GoingHome({ session }: { session: string }) {
  const link = (what: "discharge" | "checklist", words: string, fill: boolean) => {
    const path = `${sessionPath(session)}?do=${what}`;
    return (
      <a class={`btn ${fill ? "fill" : "line"}`} href={path} data-test={`to-${what}`} onClick={(event) => go(event, path)}>
        {words}
      </a>
    );
  };
  return (
    <span class="going-home">
      {link("discharge", W.discharge, true)}
      {link("checklist", W.checklist, false)}
    </span>
  );
}

/** A chair nobody sits at: who left it as it is, or that the next one may be seated. */
export function Vacant({ tile, density }: { tile: Tile; density: Density }) {
  const { act } = useMay();
  if (!act && tile.last === null) return null;
  return (
    <div class="vacant">
      {tile.last === null || density === "S" ? null : <p>{outcomeWords(tile.last)}</p>}
      {!act ? null : tile.last === null ? <StartButton tile={tile} /> : <ReadyButton chair={tile.chair.id} label={tile.chair.label} />}
    </div>
  );
}

function StartButton({ tile: { chair } }: { tile: Tile }) {
  const blocked = useBlocked();
  return (
    <button type="button" class="btn line" disabled={blocked !== null} title={blocked ?? undefined} aria-label={`${SEAT.start}: ${chair.label}`} data-test="start-session" onClick={() => (seating.value = { chair: chair.id, label: chair.label })}>
      {blocked === null ? SEAT.start : W.notConnectedShort}
    </button>
  );
}

/** Somebody is expected here: to the session's page, where the two identifiers are ticked. */
export function Expected({ session }: { session: string }) {
  const { act } = useMay();
  const path = `${sessionPath(session)}?do=check_in`;
  if (!act) return null;
  return (
    <div class="vacant">
      <a class="btn line" href={path} data-test="to-check-in" onClick={(event) => go(event, path)}>
        {ACTS.check_in}
      </a>
    </div>
  );
}

function ReadyButton({ chair, label }: { chair: string; label: string }) {
  const writing = useWriting();
  const blocked = useBlocked();
  const refusal = writing.refusal.value;
  const words = writing.busy.value ? F.saving : blocked === null ? W.markReady : W.notConnectedShort;
  return (
    <>
      <button
        type="button"
        class="btn line"
        disabled={blocked !== null || writing.busy.value}
        title={blocked ?? undefined}
        aria-label={`${words}: ${label}`}
        data-test="mark-ready"
        onClick={() => void writing.run({ path: `chairs/${encodeURIComponent(chair)}/ready` })}
      >
        {words}
      </button>
      {refusal === null ? null : (
        <p class="refusal" role="alert">
          {refusalWords(refusal.status, refusal.problem.detail)}
        </p>
      )}
    </>
  );
}
