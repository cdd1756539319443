/** Whether somebody may act at this screen: a nurse or clinician who is logged in, or people on at an enrolled station. */

import type { Login } from "../api/account.ts";
import { useShown } from "./context.ts";

const CARE: ReadonlySet<string> = new Set(["nurse", "clinician"]);

export const cares = (roles: readonly string[]): boolean => roles.some((role) => CARE.has(role));

/** A screen on a wall that only shows: the server tells it nothing beyond the wall. */
export const onlyShows = (roles: readonly string[]): boolean => roles.every((role) => role === "wallboard");

const careLogin = (login: Login): boolean => login.kind === "user" && cares(login.user.roles);

export interface May {
  /** Changes beside patients: sessions, chairs, events. Not for a wallboard, nor while locked. */
  readonly act: boolean;
  /** Acknowledge: by one's own login, or by name at a station, also a locked one. */
  readonly acknowledge: boolean;
}

export function useMay(): May {
  const { account, station } = useShown();
  const login = account.login.value;
  const act = careLogin(login);
  // A locked login without a station is told to log in when it tries; a wallboard has no such button at all.
  const byName = station.here.value !== null && station.takers().length > 0;
  const asks = "user" in login && cares(login.user.roles);
  return { act, acknowledge: act || byName || asks || login.kind === "none" || login.kind === "unknown" };
}
