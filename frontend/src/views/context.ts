/** How views reach the screen they draw. */

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Account } from "../api/account.ts";
import type { Station } from "../api/station.ts";
import type { Screen } from "../live/screen.ts";

export interface Shown {
  readonly screen: Screen;
  readonly account: Account;
  readonly station: Station;
}

export const ShownContext = createContext<Shown | null>(null);

export function useShown(): Shown {
  const shown = useContext(ShownContext);
  if (shown === null) throw new Error("a view is drawn outside its screen");
  return shown;
}

export const useScreen = (): Screen => useShown().screen;
