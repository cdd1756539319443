/** Sessions as lists have them: `GET /sessions` and `GET /patients/{id}/sessions-by-minute`. */

import type { RecordPatient, SessionSummary } from "./detail.ts";
import type { Chair, Phase } from "./types.ts";

/** A small curve by minutes after the first dose. */
export interface SmallTrend {
  readonly step_s: number;
  readonly from_min: number;
  readonly systolic: readonly (number | null)[];
  readonly heart_rate: readonly (number | null)[];
}

export interface SessionItem {
  readonly id: string;
  readonly patient: RecordPatient;
  readonly chair: Chair | null;
  readonly protocol: { readonly code: string; readonly version: number };
  readonly phase: Phase;
  readonly outcome: string | null;
  readonly created_at: string;
  readonly scheduled_at: string | null;
  readonly checked_in_at: string | null;
  readonly dosing_at: string | null;
  readonly ended_at: string | null;
  readonly summary: SessionSummary;
  readonly trend?: SmallTrend | null;
}

export interface SessionPage {
  readonly items: readonly SessionItem[];
  readonly next_cursor: string | null;
}

/** One of `GET /protocols`. */
export interface ProtocolItem {
  readonly code: string;
  readonly title: string;
}

type Values = readonly (number | null)[];

export interface ByMinute {
  readonly session_id: string;
  readonly day: string;
  readonly protocol: { readonly code: string; readonly version: number } | string;
  readonly dosed_at: string;
  readonly minutes: readonly number[];
  readonly systolic: Values;
  readonly diastolic: Values;
  readonly heart_rate: Values;
}

/** Newest first. */
export interface SessionsByMinute {
  readonly sessions: readonly ByMinute[];
}
