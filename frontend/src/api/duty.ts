/** Who is on shift, whose chair is whose, and what was offered to whom: read when a page that shows it opens, and when a frame says that it changed. */

import { signal, type Signal } from "@preact/signals";
import type { Named, Offer } from "../wire/duty.ts";
import { request, type Answer, type Method, type Options } from "./http.ts";

export interface OnShift {
  readonly id: string;
  readonly person_id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly station_id: string | null;
  readonly began_at: string;
}

export interface ChairAssigned {
  readonly chair_id: string;
  readonly label: string;
  readonly nurse: Named | null;
  readonly covered_by: Named | null;
  readonly since: string | null;
}

/** An offer as it is read: with what its giver wrote, which no screen is told unasked. */
export type OfferRead = Offer & { readonly made_at: string; readonly until?: string | null; readonly note?: string | null };

export interface Assignments {
  readonly chairs: readonly ChairAssigned[];
  readonly on_call: Named | null;
  readonly offers: readonly OfferRead[];
}

type Ask = <T>(method: Method, path: string, options?: Options) => Promise<Answer<T>>;

export class Duty {
  /** Null until the server has answered once. */
  readonly shifts: Signal<readonly OnShift[] | null> = signal(null);
  readonly assignments: Signal<Assignments | null> = signal(null);
  /** The last question was not answered: what is shown may be old. */
  readonly failed = signal(false);
  private turn = 0;

  constructor(private readonly ask: Ask = request) {}

  /** An answer that does not come leaves what there is; the newest question wins. */
  async load(): Promise<void> {
    const turn = (this.turn += 1);
    const [shifts, assignments] = await Promise.all([this.ask<readonly OnShift[]>("GET", "shifts"), this.ask<Assignments>("GET", "assignments")]);
    if (turn !== this.turn) return;
    if (shifts.ok) this.shifts.value = shifts.body;
    if (assignments.ok) this.assignments.value = assignments.body;
    this.failed.value = !shifts.ok || !assignments.ok;
  }
}

/** What waits for an answer of one of these people. */
export function offersTo(offers: readonly Offer[], people: ReadonlySet<string>): readonly Offer[] {
  return offers.filter((offer) => offer.state === "open" && people.has(offer.to.id));
}

/** What one of these people has offered and may still take back. */
export function offersFrom(offers: readonly Offer[], people: ReadonlySet<string>): readonly Offer[] {
  return offers.filter((offer) => offer.state === "open" && offer.from !== null && people.has(offer.from.id));
}

/** Covers that run, of which one of these people is a side. */
export function coversOf(offers: readonly Offer[], people: ReadonlySet<string>): readonly Offer[] {
  return offers.filter((offer) => offer.state === "accepted" && offer.kind === "cover" && (people.has(offer.to.id) || (offer.from !== null && people.has(offer.from.id))));
}
