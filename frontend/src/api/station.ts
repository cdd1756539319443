/** This browser as a station of the clinic: who is on here, and who of them acts and signs. */

import { signal, type Signal } from "@preact/signals";

export interface PersonOn {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly station_id: string | null;
  readonly has_pin: boolean;
}

export interface StationInfo {
  readonly id: string;
  readonly label: string;
  readonly kind: "station" | "wall" | "room";
  readonly chair_id: string | null;
  readonly privacy: "full" | "initials" | "chair";
}

export interface Signature {
  readonly person: string;
  readonly pin?: string;
  readonly password?: string;
}

/** Somebody is being asked to sign; `answer` takes the signature, or null when they would rather not. */
export interface Asking {
  readonly answer: (signature: Signature | null) => void;
}

export class Station {
  /** Null: this browser is no station, and the login alone says who acts. */
  readonly here: Signal<StationInfo | null> = signal(null);
  readonly people: Signal<readonly PersonOn[]> = signal([]);
  /** Who acts now, of the people on here; null: the person who is logged in. */
  readonly acting: Signal<string | null> = signal(null);
  readonly asking: Signal<Asking | null> = signal(null);

  /** Headers for a change; null when a signature was asked for and not given. */
  async headers(signed: boolean): Promise<Readonly<Record<string, string>> | null> {
    if (this.here.peek() === null) return {};
    if (!signed) {
      const acting = this.acting.peek();
      return acting === null ? {} : { "Kat-Person": acting };
    }
    const given = await new Promise<Signature | null>((resolve) => (this.asking.value = { answer: resolve }));
    this.asking.value = null;
    if (given === null) return null;
    return { "Kat-Person": given.person, ...(given.pin === undefined ? {} : { "Kat-Pin": given.pin }), ...(given.password === undefined ? {} : { "Kat-Password": given.password }) };
  }
}
