/** Makes the wall flash: one timer toggling two classes at the root of the page, running only while something calls. */

import { effect, type ReadonlySignal } from "@preact/signals";
import { BEAT_MS, STEADY, beatAt, flashes, type Beat } from "../core/beat.ts";
import type { Alert } from "../wire/types.ts";

export interface BeatParts {
  readonly alerts: ReadonlySignal<readonly Alert[]>;
  /** The person at this screen wants no motion: everything stays steady. */
  readonly still: ReadonlySignal<boolean>;
  show(beat: Beat): void;
}

export function followBeat({ alerts, still, show }: BeatParts): void {
  let timer: ReturnType<typeof setInterval> | null = null;
  let quarters = 0;
  effect(() => {
    const wanted = !still.value && flashes(alerts.value);
    if (wanted && timer === null) {
      timer = setInterval(() => show(beatAt((quarters += 1))), BEAT_MS);
    } else if (!wanted && timer !== null) {
      clearInterval(timer);
      timer = null;
      show(STEADY);
    }
  });
}
