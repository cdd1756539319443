/** Whether a person is at this page: what it reads by itself must not keep an abandoned login open. */

const WITHIN_MS = 60_000;
const SIGNS = ["pointerdown", "keydown", "wheel"] as const;

let last = Number.NEGATIVE_INFINITY;

/** Somebody has touched, typed or scrolled within the last minute. */
export const attended = (now: number = performance.now()): boolean => now - last <= WITHIN_MS;

export function followTouches(page: EventTarget, monotonic: () => number = () => performance.now()): void {
  for (const sign of SIGNS) page.addEventListener(sign, () => (last = monotonic()), { capture: true, passive: true });
}
