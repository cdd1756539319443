/** Knows when this page could not be seen: its alarms sounded all the same, and who comes back is told. */

import { signal } from "@preact/signals";

const WORTH_MS = 10_000;
const TOLD_MS = 60_000;

export const hidden = signal(false);
/** For how long the page could not be seen, ms, told for a minute after it can be again. */
export const wasHidden = signal<number | null>(null);

export function followHidden(monotonic: () => number): void {
  let since: number | null = null;
  let told: ReturnType<typeof setTimeout> | null = null;
  document.addEventListener("visibilitychange", () => {
    hidden.value = document.visibilityState === "hidden";
    if (hidden.value) {
      since = monotonic();
      return;
    }
    const span = since === null ? 0 : monotonic() - since;
    since = null;
    if (span < WORTH_MS) return;
    wasHidden.value = span;
    if (told !== null) clearTimeout(told);
    told = setTimeout(() => (wasHidden.value = null), TOLD_MS);
  });
}
