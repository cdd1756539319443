/** How bright the neutral colours of this screen are; the colours of alarms are never dimmed. */

import { signal } from "@preact/signals";
import { keep, kept } from "./kept.ts";

/** Below this, in hundredths, the small letters would lack contrast. */
export const DARKEST = 50;
export const FULL = 100;

export const brightness = signal(FULL);

export const within = (wanted: number): number => (Number.isFinite(wanted) ? Math.min(FULL, Math.max(DARKEST, Math.round(wanted))) : FULL);

function show(wanted: number): void {
  brightness.value = within(wanted);
  const root = document.documentElement;
  root.style.setProperty("--bright", `${brightness.value}%`);
  root.classList.toggle("dimmed", brightness.value < FULL);
}

export const followBrightness = (): void => show(Number(kept("brightness") ?? FULL));

export function setBrightness(wanted: number): void {
  show(wanted);
  keep("brightness", String(brightness.peek()));
}
