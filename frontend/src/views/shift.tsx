/** The shift: this screen and its sound, who is on, whose chairs are whose, hand-over, and the opening check. */

import { useEffect } from "preact/hooks";
import { PAGES, S } from "../words.ts";
import { useShown } from "./context.ts";
import { useMay } from "./may.ts";
import { ChairsCard, OnCallCard } from "./shift-chairs.tsx";
import { CheckCard } from "./shift-check.tsx";
import { OffersCard } from "./shift-offers.tsx";
import { PeopleCard, PinCard } from "./shift-people.tsx";
import { ScreensCard } from "./shift-screens.tsx";
import { StartCard } from "./shift-start.tsx";
import { StationCard } from "./shift-station.tsx";

const AGAIN_MS = 5_000;

/** Offers are not on the live connection: they are asked for while somebody looks, and whenever the live state changes. */
function useFreshDuty(): void {
  const { screen, station } = useShown();
  const system = screen.store.system.value;
  const trusted = screen.trusted.value;
  useEffect(() => {
    if (!trusted) return undefined;
    void station.duty.load();
    const again = setInterval(() => void station.duty.load(), AGAIN_MS);
    return () => clearInterval(again);
  }, [station, system, trusted]);
  useEffect(() => void station.refresh(), [station]);
}

export function ShiftPage() {
  const { station } = useShown();
  const { act } = useMay();
  useFreshDuty();
  return (
    <main class="sheet" data-test="shift-page">
      <h1>{PAGES.shift}</h1>
      {station.duty.failed.value ? <p role="status">{S.failed}</p> : null}
      <div class="shift">
        <div>
          <StartCard />
          <StationCard />
          {act ? <PinCard /> : null}
        </div>
        <div>
          <OffersCard />
          <ChairsCard />
          <OnCallCard />
        </div>
        <div>
          <PeopleCard />
          <CheckCard />
          <ScreensCard />
        </div>
      </div>
    </main>
  );
}
