/** The session that an action is for, as its forms reach it: the record, the chair on the wall, and who may act. */

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Tile } from "../../live/store.ts";
import type { SessionDetail } from "../../wire/detail.ts";
import { ACT, F } from "../../words.ts";
import { useShown } from "../context.ts";

export interface Case {
  readonly detail: SessionDetail;
  readonly tile: Tile | null;
  readonly refresh: () => void;
}

export const CaseContext = createContext<Case | null>(null);

export function useCase(): Case {
  const found = useContext(CaseContext);
  if (found === null) throw new Error("an action is drawn without its session");
  return found;
}

export const sessionPath = (id: string, below: string): string => `sessions/${encodeURIComponent(id)}/${below}`;

const CARE: readonly string[] = ["nurse", "clinician"];

/** Why this cannot be done here now, or null: no connection, nobody who may, a locked login. */
export function useActBlocked(clinician: boolean): string | null {
  const { screen, account, station } = useShown();
  if (!screen.trusted.value) return F.offline;
  const login = account.login.value;
  const atStation = station.here.value !== null;
  const here = atStation ? station.people.value.flatMap((person) => person.roles) : [];
  const roles = login.kind === "user" || login.kind === "locked" ? [...login.user.roles, ...here] : here;
  if (login.kind === "locked" && here.length === 0) return ACT.locked;
  if (!roles.some((role) => CARE.includes(role))) return ACT.careOnly;
  return clinician && !roles.includes("clinician") ? ACT.clinicianOnly : null;
}
