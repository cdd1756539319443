/** Frames and their parts for tests, with only what a test is about said at the call. */

import type { Alert, Changes, Measured, Pressure, Session, Snapshot, SnapshotChair, System, Trend } from "../src/wire/types.ts";

export const T0 = Date.parse("2026-11-20T14:00:00Z");

/** The RFC 3339 time `seconds` after 14:00. */
export const at = (seconds: number): string => new Date(T0 + seconds * 1000).toISOString();

export const SYSTEM: System = { recording: true, since: null, watching: 1, audible: 0 };

export function rate(value: number, seconds: number, source = "ecg"): Measured<number> {
  return { value, effective_at: at(seconds), source, stale_at: at(seconds + 5), gone_at: at(seconds + 30) };
}

export function cuff(systolic: number, diastolic: number, seconds: number): Measured<Pressure> {
  return { value: { systolic, diastolic, mean: null }, effective_at: at(seconds), source: "nibp", stale_at: at(seconds + 400), gone_at: at(seconds + 900) };
}

export function session(id: string, chair: string, more: Partial<Session> = {}): Session {
  return {
    id,
    chair_id: chair,
    patient: { id: `p-${id}`, name: `Patient ${id}`, initials: "P" },
    phase: "preparing",
    phases: [{ phase: "preparing", from: at(0), to: null }],
    protocol: { code: "iv_infusion", version: 1 },
    dosing: null,
    baseline: null,
    ...more,
  };
}

export const noTrend: Trend = { from: at(0), step_s: 60, systolic: [], diastolic: [], heart_rate: [], spo2: [] };

export function chair(id: string, more: Partial<SnapshotChair> = {}): SnapshotChair {
  return { chair: { id, label: `Chair ${id}`, room: null }, session: null, vitals: {}, trend: null, readiness: null, due: [], ...more };
}

export function seated(id: string, sessionId: string, more: Partial<SnapshotChair> = {}): SnapshotChair {
  return chair(id, { session: session(sessionId, id), trend: noTrend, ...more });
}

export function alert(id: string, more: Partial<Alert> = {}): Alert {
  return {
    id,
    session_id: "s1",
    chair_id: "1",
    limit: "systolic_high",
    source: "nibp",
    kind: "physiological",
    priority: "high",
    state: "active",
    opened_at: at(0),
    raised_at: at(1),
    value: 192,
    limit_value: 180,
    ...more,
  };
}

export const snapshot = (seq: number, chairs: SnapshotChair[], alerts: Alert[] = []): Snapshot => ({ type: "snapshot", seq, chairs, alerts, system: SYSTEM });

export const changes = (seq: number, more: Omit<Changes, "type" | "seq">): Changes => ({ type: "changes", seq, ...more });
