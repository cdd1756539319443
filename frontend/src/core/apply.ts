/**
 * What the wall shows, as a fold over the frames of `WS /live`: `apply(state, frame)` is pure and knows no clock.
 *
 * The rules, the same words as the server's `apply` (so that `apply(snapshot, changes) == later snapshot`):
 *
 * 1. `snapshot` replaces everything. Metrics that are null or missing do not exist; alerts that are closed are dropped.
 * 2. `changes` must carry `seq == state.seq + 1`, and `heartbeat` `seq == state.seq`. Anything else is a gap: the state keeps
 *    what it shows, is marked `gap`, and takes nothing but the next snapshot. Frames before the first snapshot are ignored.
 * 3. Inside one `changes` the order is: chairs, sessions, chairs_last, vitals, readiness, due, alerts, system.
 * 4. chairs: replaced by id; an unknown id is added at the end. Chairs are never removed.
 * 5. sessions: replaced by id at the chair named by `chair_id`.
 *    - Ended (`discharged`, `cancelled`): if that session stands at a chair, the chair loses session, vitals, trend, readiness, due.
 *      Otherwise nothing. The session's alerts stay until each is closed.
 *    - `scheduled`: takes the chair only if no other session is there; it leaves the chair it had all the same.
 *    - Another session than the one there, or the same one leaving `scheduled`: vitals, readiness and due become empty and
 *      the trend starts empty (`emptyTrend`: from the minute in which the first phase after `scheduled` began, step 60 s).
 *    - Standing at another chair before (a move): it takes vitals, trend, readiness and due along; the old chair becomes free.
 *    - The trend is null while a session is `scheduled`.
 * 6. vitals: each metric given replaces the whole metric, null removes it; metrics not given stay. A chair that is unknown or
 *    has no session takes none. Values go into the trend, bucket `floor((effective_at - from) / step_s)` counted in
 *    microseconds: systolic, diastolic, heart_rate, spo2; the newest given wins; before `from`, or null: not entered. The four
 *    series always have the same length, with nulls where nothing was measured. Where the item brings a `trend` itself, that is
 *    taken instead: a whole one replaces, one with `start` replaces from that bucket on, null removes.
 * 7. readiness: replaces that of the session with this `session_id`, if it stands at a chair.
 * 8. due: the items replace the whole list of every chair that they name, if a session is there; an item whose `kind` is null only
 *    names its chair, where nothing is due any more.
 * 9. alerts: replaced by id; a closed one is removed.
 * 10. system: replaced whole.
 * 11. chairs_last (right after sessions): replaces the last patient of every chair that it names; nothing else does.
 */

import type { Alert, Chair, Changes, Due, DueChange, Frame, Left, MetricKey, Readiness, Session, Snapshot, SnapshotChair, System, Trend, Vitals, VitalsChange } from "../wire/types.ts";
import { appended, emptyTrend, spliced } from "./trend.ts";

export interface ChairState {
  readonly chair: Chair;
  readonly session: Session | null;
  readonly vitals: Vitals;
  readonly trend: Trend | null;
  readonly readiness: Readiness | null;
  readonly due: readonly Due[];
  /** Who left the chair last, until it is made ready or somebody sits down. */
  readonly last: Left | null;
}

export interface State {
  /** `empty` before the first snapshot; `gap` when a resync is needed. */
  readonly sync: "empty" | "live" | "gap";
  readonly seq: number;
  readonly chairs: ReadonlyMap<string, ChairState>;
  readonly alerts: ReadonlyMap<string, Alert>;
  readonly system: System | null;
}

export const EMPTY: State = { sync: "empty", seq: 0, chairs: new Map(), alerts: new Map(), system: null };

const METRICS: readonly MetricKey[] = ["blood_pressure", "heart_rate", "spo2", "respiratory_rate", "temperature"];
const NOTHING: Pick<ChairState, "vitals" | "trend" | "readiness" | "due"> = { vitals: {}, trend: null, readiness: null, due: [] };

export function apply(state: State, frame: Frame): State {
  switch (frame.type) {
    case "snapshot":
      return fromSnapshot(frame);
    case "changes":
      if (state.sync !== "live") return state;
      return frame.seq === state.seq + 1 ? changed(state, frame) : { ...state, sync: "gap" };
    case "heartbeat":
      return state.sync === "live" && frame.seq !== state.seq ? { ...state, sync: "gap" } : state;
    case "hello":
      return state;
  }
}

function fromSnapshot(frame: Snapshot): State {
  const chairs = new Map(frame.chairs.map((item) => [item.chair.id, fromSnapshotChair(item)]));
  const alerts = new Map(frame.alerts.filter((alert) => alert.state !== "closed").map((alert) => [alert.id, alert]));
  return { sync: "live", seq: frame.seq, chairs, alerts, system: frame.system };
}

function fromSnapshotChair(item: SnapshotChair): ChairState {
  return {
    chair: item.chair,
    session: item.session ?? null,
    vitals: merged({}, item.vitals ?? {}),
    trend: item.trend ?? null,
    readiness: item.readiness ? plainReadiness(item.readiness) : null,
    due: (item.due ?? []).map(plainDue),
    last: item.last ?? null,
  };
}

function changed(state: State, frame: Changes): State {
  const chairs = new Map(state.chairs);
  for (const chair of frame.chairs ?? []) chairs.set(chair.id, { ...(chairs.get(chair.id) ?? { session: null, last: null, ...NOTHING }), chair });
  for (const session of frame.sessions ?? []) placeSession(chairs, session);
  for (const { chair_id, last } of frame.chairs_last ?? []) {
    const at = chairs.get(chair_id);
    if (at !== undefined) chairs.set(chair_id, { ...at, last });
  }
  for (const change of frame.vitals ?? []) withSession(chairs, change.chair_id, (at) => withVitals(at, change));
  for (const readiness of frame.readiness ?? []) {
    const at = standing(chairs, readiness.session_id);
    if (at !== null) chairs.set(at.chair.id, { ...at, readiness: plainReadiness(readiness) });
  }
  for (const [chairId, due] of dueByChair(frame.due ?? [])) withSession(chairs, chairId, (at) => ({ ...at, due }));
  return { sync: "live", seq: frame.seq, chairs, alerts: withAlerts(state.alerts, frame.alerts ?? []), system: frame.system ?? state.system };
}

function withAlerts(alerts: ReadonlyMap<string, Alert>, changes: readonly Alert[]): ReadonlyMap<string, Alert> {
  if (changes.length === 0) return alerts;
  const next = new Map(alerts);
  for (const alert of changes) {
    if (alert.state === "closed") next.delete(alert.id);
    else next.set(alert.id, alert);
  }
  return next;
}

function standing(chairs: ReadonlyMap<string, ChairState>, sessionId: string): ChairState | null {
  for (const at of chairs.values()) if (at.session?.id === sessionId) return at;
  return null;
}

function placeSession(chairs: Map<string, ChairState>, session: Session): void {
  const before = standing(chairs, session.id);
  if (session.phase === "discharged" || session.phase === "cancelled") {
    if (before !== null) chairs.set(before.chair.id, { ...before, session: null, ...NOTHING });
    return;
  }
  const there = chairs.get(session.chair_id);
  if (there === undefined) return;
  const occupied = there.session !== null && there.session.id !== session.id;
  if (before !== null && before !== there) chairs.set(before.chair.id, { ...before, session: null, ...NOTHING });
  if (session.phase === "scheduled" && occupied) return;
  const goesOn = before !== null && before.session?.phase !== "scheduled";
  const carried = goesOn ? before : fresh(session);
  chairs.set(session.chair_id, { ...carried, chair: there.chair, last: there.last, session });
}

function fresh(session: Session): Pick<ChairState, "vitals" | "trend" | "readiness" | "due"> {
  return session.phase === "scheduled" ? NOTHING : { ...NOTHING, trend: emptyTrend(session) };
}

function withSession(chairs: Map<string, ChairState>, chairId: string, change: (at: ChairState) => ChairState): void {
  const at = chairs.get(chairId);
  if (at !== undefined && at.session !== null) chairs.set(chairId, change(at));
}

type MetricChanges = { readonly [K in MetricKey]?: Vitals[K] | null };

function withVitals(at: ChairState, change: VitalsChange): ChairState {
  return { ...at, vitals: merged(at.vitals, change), trend: trendAfter(at.trend, change) };
}

function trendAfter(trend: Trend | null, change: VitalsChange): Trend | null {
  if (change.trend !== undefined) return change.trend === null ? null : spliced(trend, change.trend);
  return trend === null ? null : appended(trend, merged({}, change));
}

function merged(vitals: Vitals, change: MetricChanges): Vitals {
  const next: { -readonly [K in MetricKey]?: unknown } = { ...vitals };
  for (const key of METRICS) {
    const value = change[key];
    if (value === null) delete next[key];
    else if (value !== undefined) next[key] = value;
  }
  return next as Vitals;
}

function plainReadiness({ ready, as_of, criteria }: Readiness): Readiness {
  return { ready, as_of, criteria };
}

function dueByChair(items: readonly DueChange[]): ReadonlyMap<string, readonly Due[]> {
  const found = new Map<string, Due[]>();
  for (const item of items) {
    const there = found.get(item.chair_id) ?? [];
    if (item.kind !== null) there.push(plainDue(item));
    found.set(item.chair_id, there);
  }
  return found;
}

function plainDue({ chair_id: _, ...item }: Due & { readonly chair_id?: string }): Due {
  return item;
}
