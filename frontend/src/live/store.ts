/** The one store: the folded state, and a signal per chair, so that a change draws only the tiles it touches. */

import { batch, signal, type Signal } from "@preact/signals";
import { EMPTY, apply, type ChairState, type State } from "../core/apply.ts";
import { byUrgency } from "../core/alerts.ts";
import { hidden } from "./privacy.ts";
import type { Alert, Frame, System } from "../wire/types.ts";

export interface Tile extends ChairState {
  readonly alerts: readonly Alert[];
}

const LABELS = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

export class Store {
  private state: State = EMPTY;
  private readonly tiles = new Map<string, Signal<Tile>>();

  /** Chair ids in the order of the wall: by label, fixed; alarms never move a tile. */
  readonly order = signal<readonly string[]>([]);
  /** Every open alert, most urgent first. */
  readonly alerts = signal<readonly Alert[]>([]);
  readonly system = signal<System | null>(null);
  readonly loaded = signal(false);

  get current(): State {
    return this.state;
  }

  /** Takes a frame in, tells the signals what differs, and answers whether the state is whole. */
  take(frame: Frame): State["sync"] {
    const before = this.state;
    const after = apply(before, frame);
    this.state = after;
    if (after !== before) batch(() => this.publish(before, after));
    return after.sync;
  }

  /** Nobody is logged in here any more: what is shown from before says initials, until a new snapshot says what may be shown. */
  withoutNames(): void {
    const before = this.state;
    const chairs = new Map([...before.chairs].map(([id, at]) => [id, at.session?.patient?.name ? { ...at, session: hidden(at.session, "initials") } : at]));
    this.state = { ...before, chairs };
    batch(() => this.publish(before, this.state));
  }

  tile(chairId: string): Signal<Tile> | undefined {
    return this.tiles.get(chairId);
  }

  /** The chair at which a session stands now; by the wall's order, so that who watches hears of a chair that is new. */
  chairOf(sessionId: string): string | null {
    return this.order.value.find((id) => this.tiles.get(id)?.value.session?.id === sessionId) ?? null;
  }

  private publish(before: State, after: State): void {
    if (after.alerts !== before.alerts) this.alerts.value = [...after.alerts.values()].sort(byUrgency);
    for (const id of this.tiles.keys()) if (!after.chairs.has(id)) this.tiles.delete(id);
    for (const [id, chair] of after.chairs) this.publishTile(id, chair);
    const order = [...after.chairs.values()].map((at) => at.chair).sort((a, b) => LABELS.compare(a.label, b.label) || (a.id < b.id ? -1 : 1));
    const ids = order.map((chair) => chair.id);
    if (!sameItems(ids, this.order.value)) this.order.value = ids;
    this.system.value = after.system;
    this.loaded.value = after.sync !== "empty";
  }

  private publishTile(id: string, chair: ChairState): void {
    const alerts = this.alerts.value.filter((alert) => alert.chair_id === id);
    const tile = this.tiles.get(id);
    if (tile === undefined) {
      this.tiles.set(id, signal<Tile>({ ...chair, alerts }));
      return;
    }
    const old = tile.peek();
    const kept = sameItems(alerts, old.alerts) ? old.alerts : alerts;
    if (kept !== old.alerts || !sameChair(chair, old)) tile.value = { ...chair, alerts: kept };
  }
}

function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

function sameChair(a: ChairState, b: ChairState): boolean {
  return (
    a.chair === b.chair && a.last === b.last && a.session === b.session && a.vitals === b.vitals && a.trend === b.trend && a.readiness === b.readiness && a.due === b.due
  );
}
