/** The wire types of `WS /api/v1/live` and of the REST answers the screens use, named exactly as the contract names them. */

import type { StationInfo, System } from "./duty.ts";

export type Phase = "scheduled" | "preparing" | "dosing" | "recovery" | "discharged" | "cancelled";
export type Priority = "high" | "medium" | "low";
export type AlertState = "provisional" | "active" | "returned" | "closed";
export type MetricKey = "blood_pressure" | "heart_rate" | "spo2" | "respiratory_rate" | "temperature";

export interface Pressure {
  readonly systolic: number | null;
  readonly diastolic: number | null;
  readonly mean: number | null;
}

/** A measured value always comes with its own time and with when it stops being shown as live, then at all. */
export interface Measured<T> {
  readonly value: T;
  readonly effective_at: string;
  readonly source: string;
  readonly stale_at: string;
  readonly gone_at: string;
  readonly suspect?: boolean;
}

export interface Vitals {
  readonly blood_pressure?: Measured<Pressure>;
  readonly heart_rate?: Measured<number>;
  readonly spo2?: Measured<number>;
  readonly respiratory_rate?: Measured<number>;
  readonly temperature?: Measured<number>;
}

/** `trend`: the curve as it is now, whole or from bucket `start` on; null when there is none. */
export type VitalsChange = { readonly chair_id: string; readonly trend?: TrendTail | null } & { readonly [K in MetricKey]?: Vitals[K] | null };

export interface Trend {
  readonly from: string;
  readonly step_s: number;
  readonly systolic: readonly (number | null)[];
  readonly diastolic: readonly (number | null)[];
  readonly heart_rate: readonly (number | null)[];
  readonly spo2: readonly (number | null)[];
}

export interface TrendTail extends Trend {
  readonly start?: number;
}

export interface Chair {
  readonly id: string;
  readonly label: string;
  readonly room?: string | null;
}

/** A screen without names gets no patient, or one without a name. */
export interface Patient {
  readonly id?: string | null;
  readonly name?: string | null;
  readonly initials?: string | null;
}

export interface PhaseSpan {
  readonly phase: Phase;
  readonly from: string;
  readonly to?: string | null;
}

/** `as_of` is when `elapsed_min` was true. */
export interface Dosing {
  readonly started_at: string | null;
  readonly planned_min: number | null;
  readonly elapsed_min: number | null;
  readonly paused: boolean;
  readonly as_of?: string | null;
}

export interface Baseline {
  readonly systolic?: number | null;
  readonly diastolic?: number | null;
  readonly mean?: number | null;
  readonly heart_rate?: number | null;
  readonly spo2?: number | null;
}

export interface Session {
  readonly id: string;
  readonly chair_id: string;
  readonly patient?: Patient | null;
  readonly phase: Phase;
  readonly phases: readonly PhaseSpan[];
  readonly protocol: { readonly code: string; readonly version: number; readonly name?: string };
  readonly planned_min?: number;
  readonly ended_at?: string | null;
  readonly dosing: Dosing | null;
  readonly baseline: Baseline | null;
  /** Readings that a baseline taken now would be made of; null when none is being taken. */
  readonly baseline_progress?: { readonly have: number; readonly need: number } | null;
  readonly emergency?: { readonly since: string } | null;
  /** What this session's protocol allows at most. */
  readonly audio?: { readonly pause_max_s: number } | null;
}

export interface Criterion {
  readonly code: string;
  readonly state: "met" | "not_met" | "unknown";
  readonly evidence?: unknown;
  readonly not_before?: string | null;
}

export interface Readiness {
  readonly ready: boolean;
  readonly as_of: string;
  readonly criteria: readonly Criterion[];
}

/** `code` tells items of one kind apart; `text` is the protocol's own wording of a fixed point. */
export interface Due {
  readonly kind: string;
  readonly at: string;
  readonly code?: string | null;
  readonly text?: string | null;
  readonly state: "planned" | "due" | "overdue" | "missed";
}

/** One thing due at a chair, or that nothing is due there any more. */
export type DueChange = (Due & { readonly chair_id: string }) | { readonly chair_id: string; readonly kind: null; readonly at: null; readonly state: null };

export interface Alert {
  readonly id: string;
  readonly session_id: string | null;
  readonly chair_id: string | null;
  readonly limit: string;
  readonly source: string | null;
  readonly kind: "physiological" | "technical";
  readonly priority: Priority;
  readonly state: AlertState;
  readonly opened_at: string;
  readonly raised_at: string | null;
  readonly returned_at?: string | null;
  readonly closed_at?: string | null;
  readonly ended_at?: string | null;
  readonly confirm_by?: string | null;
  readonly closed_reason?: string | null;
  readonly value?: number | null;
  readonly limit_value?: number | null;
  readonly worst_value?: number | null;
  readonly acknowledged_by?: string | { readonly name?: string | null } | null;
  readonly acknowledged_by_name?: string | null;
  readonly acknowledged_at?: string | null;
  /** When somebody who has it was last reminded that it lasts. */
  readonly reminded_at?: string | null;
  /** What who took it said. */
  readonly note?: string | null;
  readonly escalation?: number | null;
  /** When it sounds again although somebody has it; a breaching cuff reading may bring it forward. */
  readonly remind_at?: string | null;
  /** When it goes further if nobody takes it, and how far: 1 all stations, 2 the clinician on call. */
  readonly escalates_at?: string | null;
  readonly escalates_to?: 1 | 2 | null;
  /** The stations where it sounds; null: everywhere. */
  readonly sounds_at?: readonly string[] | null;
  readonly late?: boolean;
  readonly unconfirmed?: boolean;
  readonly recorded?: boolean;
  /** A higher limit of the same metric, direction and source is open: this one does not sound. */
  readonly suppressed?: boolean;
  readonly detail?: string | null;
}

/** A chair's last patient, who left it as it is. */
export interface Left {
  readonly session_id: string;
  readonly ended_at: string;
  readonly outcome: string | null;
  readonly phase: Phase;
}

export interface SnapshotChair {
  readonly chair: Chair;
  readonly session?: Session | null;
  readonly vitals?: { readonly [K in MetricKey]?: Vitals[K] | null } | null;
  readonly trend?: Trend | null;
  readonly readiness?: (Readiness & { readonly session_id?: string }) | null;
  readonly due?: readonly (Due & { readonly chair_id?: string })[] | null;
  readonly last?: Left | null;
}

export interface Hello {
  readonly type: "hello";
  readonly version: string;
  readonly server_time: string;
  readonly clock_rate: number;
  readonly heartbeat_s: number;
  readonly clinic: string | { readonly name?: string; readonly id?: string };
  /** What this browser is enrolled as. */
  readonly station?: StationInfo | null;
}

export interface Snapshot {
  readonly type: "snapshot";
  readonly seq: number;
  readonly chairs: readonly SnapshotChair[];
  readonly alerts: readonly Alert[];
  readonly system: System;
}

export interface Changes {
  readonly type: "changes";
  readonly seq: number;
  readonly chairs?: readonly Chair[];
  readonly sessions?: readonly Session[];
  readonly chairs_last?: readonly { readonly chair_id: string; readonly last: Left | null }[];
  readonly vitals?: readonly VitalsChange[];
  readonly alerts?: readonly Alert[];
  readonly readiness?: readonly (Readiness & { readonly session_id: string })[];
  readonly due?: readonly DueChange[];
  readonly system?: System;
}

export interface Heartbeat {
  readonly type: "heartbeat";
  readonly seq: number;
  readonly server_time: string;
}

export type Frame = Hello | Snapshot | Changes | Heartbeat;

export type AudioState = "running" | "blocked" | "muted";

export interface Seen {
  readonly type: "seen";
  readonly alerts: readonly string[];
  readonly audio: AudioState;
  readonly visible: boolean;
  readonly shown_seq: number;
  readonly painted_ms: number;
}

export type * from "./duty.ts";
export type { TimelineEntry, User } from "./rest.ts";
