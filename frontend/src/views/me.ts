/** Who acts here, and who else this screen may answer for: the people on at it, or who is logged in. */

import { useShown } from "./context.ts";

export interface Me {
  /** Who acts now. */
  readonly id: string | null;
  readonly name: string;
  readonly on: boolean;
  /** Everybody this screen may answer for. */
  readonly all: ReadonlySet<string>;
}

export function useMe(): Me {
  const { account, station } = useShown();
  const login = account.login.value;
  const user = login.kind === "user" ? login.user : null;
  const acting = station.people.value.find(({ id }) => id === station.acting.value);
  const id = acting?.id ?? user?.id ?? null;
  const shifts = station.duty.shifts.value ?? [];
  const all = new Set(station.people.value.map((person) => person.id));
  if (user !== null) all.add(user.id);
  return { id, name: acting?.name ?? user?.name ?? "", on: shifts.some((shift) => shift.person_id === id), all };
}

/** The names of all who are on, by id. */
export function useOn(): readonly { readonly id: string; readonly name: string; readonly roles: readonly string[] }[] {
  const { station } = useShown();
  return (station.duty.shifts.value ?? []).map((shift) => ({ id: shift.person_id, name: shift.name, roles: shift.roles }));
}
