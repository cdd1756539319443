/** Which action of which session is open beside the page: set by a button, a key, a tile or an alert. */

import { signal } from "@preact/signals";
import type { ActionName } from "../../core/actions.ts";

export interface Opened {
  readonly session: string;
  readonly action: ActionName | "more" | "emergency";
  /** What it is about: an alert that it answers, an event that it corrects. */
  readonly about?: string;
}

export interface Seat {
  readonly chair: string;
  readonly label: string;
}

export const opened = signal<Opened | null>(null);

/** The free chair at which a session is being started. */
export const seating = signal<Seat | null>(null);

/** Counts what was recorded here, so that what was read before is read again. */
export const recorded = signal(0);

export function open(session: string, action: Opened["action"], about?: string): void {
  opened.value = about === undefined ? { session, action } : { session, action, about };
}

export function close(): void {
  opened.value = null;
}
