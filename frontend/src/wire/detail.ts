/** One session as the record has it: the answers of `GET /sessions/{id}` and what hangs below, named as the contract names them. */

import type { Alert, Chair, Criterion, Phase, PhaseSpan, Priority } from "./types.ts";

export interface RecordPatient {
  readonly id: string;
  readonly mrn: string;
  readonly name: string;
  readonly birth_date: string;
  readonly sex: string;
}

export interface RecordDosing {
  readonly started_at: string;
  readonly planned_min: number;
  readonly elapsed_min: number;
  readonly remaining_min: number;
  readonly ends_at: string | null;
  readonly paused: boolean;
  readonly running: boolean;
  readonly total_mg: number;
  readonly mg_per_kg: number | null;
}

export interface ScreeningRow {
  readonly at: string;
  readonly by: string | null;
  readonly by_name?: string | null;
  readonly answers: Readonly<Record<string, string>>;
  readonly note: string | null;
}

export interface Screening {
  /** The newest answer of each item. */
  readonly answers: Readonly<Record<string, string>>;
  readonly rows: readonly ScreeningRow[];
}

export interface ReadingKey {
  readonly device: string;
  readonly seq: number;
}

export interface LockedBaseline {
  readonly systolic: number | null;
  readonly diastolic: number | null;
  readonly mean: number | null;
  readonly heart_rate: number | null;
  readonly spo2: number | null;
  readonly readings: readonly ReadingKey[];
  readonly excluded: readonly (ReadingKey & { readonly reason: string })[];
  readonly locked_at: string;
  readonly locked_by: string | null;
  readonly locked_by_name?: string | null;
}

export interface Target {
  readonly systolic: readonly [number, number] | null;
  readonly diastolic: readonly [number, number] | null;
  readonly at: string;
  readonly by: string | null;
  readonly by_name?: string | null;
  readonly reason: string | null;
}

export interface LimitChange {
  readonly value: number;
  readonly clear: number;
  readonly immediate: number | null;
  readonly from: string;
  readonly by: string | null;
  readonly by_name?: string | null;
  readonly second: string | null;
  readonly second_name?: string | null;
  readonly reason: string | null;
}

/** One limit with the numbers now in force. `value` of a `rise` or `fall` counts from the baseline. */
export interface Limit {
  readonly code: string;
  readonly metric: string;
  readonly when: readonly Phase[];
  readonly kind: string;
  readonly value: number;
  readonly clear: number;
  readonly hold_s: number;
  readonly confirm_s: number | null;
  readonly immediate: number | null;
  readonly priority: Priority;
  readonly rearm: number | null;
  readonly needs_symptom: boolean;
  readonly history: readonly LimitChange[];
}

export interface SessionSummary {
  readonly peak_systolic: number | null;
  readonly peak_systolic_min: number | null;
  readonly peak_diastolic: number | null;
  readonly peak_diastolic_min: number | null;
  readonly max_rise_systolic: number | null;
  readonly max_rise_diastolic: number | null;
  readonly alerts: Readonly<Record<Priority, number>>;
  readonly minutes_in_dosing: number | null;
  readonly readings: number;
  readonly coverage_pct: number | null;
  readonly waited_for_driver_min: number | null;
}

export interface RecordReadiness {
  readonly ready: boolean;
  readonly as_of: string;
  readonly criteria: readonly Criterion[];
  readonly waiting_for_driver: boolean;
  readonly waiting_since: string | null;
}

/** `GET /sessions/{id}`: all of a session, as of now or as of its end. */
export interface SessionDetail {
  readonly id: string;
  readonly patient: RecordPatient | null;
  readonly chair: Chair | null;
  readonly protocol: { readonly code: string; readonly version: number; readonly name?: string | null };
  readonly phase: Phase;
  readonly outcome: string | null;
  readonly phases: readonly PhaseSpan[];
  readonly scheduled_at: string | null;
  readonly weight_kg: number | null;
  /** Null before dosing. */
  readonly dosing: RecordDosing | null;
  readonly screening: Screening;
  readonly baseline: LockedBaseline | null;
  readonly target: Target | null;
  readonly on_oxygen: boolean;
  readonly off_monitor_until: string | null;
  readonly limits: readonly Limit[];
  readonly summary: SessionSummary;
  readonly readiness: RecordReadiness;
  /** What stands against the dose, while preparing. `passable`: a clinician may go on in spite of it, with a reason. */
  readonly gates: readonly { readonly code: string; readonly detail: string; readonly passable: boolean }[];
}

/** `GET /sessions/{id}/alerts`: open and closed ones. */
export interface RecordAlert extends Alert {
  readonly note?: string | null;
  readonly subject?: string | null;
}

/** What was measured at about +5 or +10 minutes of something that answered an alert. */
export interface MeasuredEffect {
  readonly minute: number;
  readonly due_at: string;
  readonly at: string | null;
  readonly systolic: number | null;
  readonly diastolic: number | null;
}

/** `GET /sessions/{id}/events`: its own fields stand beside these. */
export interface RecordEvent {
  readonly id: string;
  readonly kind: string;
  readonly at: string;
  readonly corrects: string | null;
  readonly corrected_by: string | null;
  readonly effect?: readonly MeasuredEffect[];
  readonly [field: string]: unknown;
}

/** `GET /patients/{id}/sessions-by-minute`: earlier sessions of the patient by minutes from the dose. */
export interface ByMinute {
  readonly sessions: readonly {
    readonly session_id: string;
    readonly day: string;
    readonly protocol: unknown;
    readonly dosed_at: string;
    readonly minutes: readonly number[];
    readonly systolic: readonly (number | null)[];
    readonly diastolic: readonly (number | null)[];
    readonly heart_rate: readonly (number | null)[];
  }[];
  readonly usual?: {
    readonly minutes: readonly number[];
    readonly systolic: { readonly median: readonly (number | null)[]; readonly low: readonly (number | null)[]; readonly high: readonly (number | null)[] };
    readonly n: number | readonly number[];
  } | null;
}
