/** This browser as a station of the clinic: who is on here, and who of them acts and signs. */

import { signal, type Signal } from "@preact/signals";
import type { Login } from "./account.ts";
import type { StationInfo } from "../wire/types.ts";
import { Duty } from "./duty.ts";
import { request, type Answer, type Method, type Options, type Problem } from "./http.ts";

export interface PersonOn {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly station_id: string | null;
  readonly has_pin: boolean;
}

export interface Signature {
  readonly person: string;
  readonly pin?: string;
  readonly password?: string;
}

/** Somebody is being asked to sign; `answer` takes the signature, or null when they would rather not. */
export interface Asking {
  readonly answer: (signature: Signature | null) => void;
  /** Who signs, where only one may. */
  readonly person: string | null;
  /** Why the signature before this one was not taken. */
  readonly refused: Problem | null;
}

/** What is to be sent: whether it needs a signature, by whom if that is settled, and why the last try was refused. */
export interface Wanted {
  readonly signed: boolean;
  readonly person?: string | null;
  /** Saying who is enough, also while the login is locked: a call for help waits for no digits. */
  readonly byName?: boolean;
  readonly refused?: Problem | null;
}

interface HereAnswer {
  readonly station: StationInfo | null;
  readonly people: readonly PersonOn[];
}

type Ask = <T>(method: Method, path: string, options?: Options) => Promise<Answer<T>>;

export class Station {
  /** Null: this browser is no station, and the login alone says who acts. */
  readonly here: Signal<StationInfo | null> = signal(null);
  /** Everybody on shift in the clinic. */
  readonly everybody: Signal<readonly PersonOn[]> = signal([]);
  /** Those of them who are on at this station. */
  readonly people: Signal<readonly PersonOn[]> = signal([]);
  /** Who acts now, of the people on here; null: the person who is logged in. */
  readonly acting: Signal<string | null> = signal(null);
  readonly asking: Signal<Asking | null> = signal(null);
  /** The login is locked: only a signature gets anything done here. */
  locked = false;
  /** Whether the server has said who is on since this browser is what it is. */
  private known = false;
  readonly duty: Duty;
  private turn = 0;

  constructor(private readonly ask: Ask = request) {
    this.duty = new Duty(ask);
  }

  /** Whoever logs in acts from then on, until another name is chosen: the name chosen before was somebody else's choice. */
  logged(kind: Login["kind"]): void {
    this.locked = kind === "locked";
    if (kind === "user") this.acting.value = null;
  }

  /** As the live connection says at its beginning. */
  greeted(info: StationInfo | null): void {
    if (this.here.peek()?.id !== info?.id) this.known = false;
    if (this.here.peek()?.id !== info?.id || this.here.peek()?.label !== info?.label || this.here.peek()?.privacy !== info?.privacy) this.here.value = info;
    if (info !== null) void this.refresh();
    else this.took(null, []);
  }

  /** Asks who is on; an answer that does not come changes nothing, and the newest question wins. */
  async refresh(): Promise<void> {
    const turn = (this.turn += 1);
    const answer = await this.ask<HereAnswer>("GET", "stations/here");
    if (!answer.ok || turn !== this.turn) return;
    this.known = true;
    this.took(answer.body.station, answer.body.people);
  }

  /** Who may take an alert, asked for first where that has not been said yet: nobody's name is presumed. */
  async whoTakes(): Promise<readonly PersonOn[]> {
    if (this.here.peek() !== null && !this.known) await this.refresh();
    return this.takers();
  }

  /** Who may take an alert by one tap on their name: those on here, at a wall where nobody is on anybody on shift. */
  takers(): readonly PersonOn[] {
    if (this.here.value === null) return [];
    return this.people.value.length > 0 ? this.people.value : this.everybody.value;
  }

  /** Headers for a change; null when a signature was asked for and not given, or cannot be. */
  async headers({ signed, person = null, byName = false, refused = null }: Wanted): Promise<Readonly<Record<string, string>> | null> {
    if (this.here.peek() === null) return refused === null ? {} : null;
    const acting = person ?? this.acting.peek();
    if (!signed && (byName || !this.locked)) return acting === null ? {} : { "Kat-Person": acting };
    const given = await this.signature(person, refused);
    if (given === null) return null;
    // A header bears neither every letter nor blanks at its ends.
    return { "Kat-Person": given.person, ...(given.pin === undefined ? {} : { "Kat-Pin": given.pin }), ...(given.password === undefined ? {} : { "Kat-Password": encodeURIComponent(given.password) }) };
  }

  private async signature(person: string | null, refused: Problem | null): Promise<Signature | null> {
    this.asking.peek()?.answer(null); // two changes at once: the newer one is asked about
    const given = await new Promise<Signature | null>((resolve) => (this.asking.value = { answer: resolve, person, refused }));
    this.asking.value = null;
    return given;
  }

  private took(station: StationInfo | null, everybody: readonly PersonOn[]): void {
    this.here.value = station;
    this.everybody.value = everybody;
    this.people.value = station === null ? [] : everybody.filter((person) => person.station_id === station.id);
    if (!this.people.peek().some((person) => person.id === this.acting.peek())) this.acting.value = null;
  }
}
