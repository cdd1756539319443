/** The shift: this screen and its sound, who is on, whose chairs are whose, hand-over, and the opening check. */

import { useComputed } from "@preact/signals";
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

/** Read when the page opens, and when the live connection says that something of it is different; never by the clock. */
function useFreshDuty(): void {
  const { screen, station } = useShown();
  const trusted = screen.trusted.value;
  const said = useComputed(() => {
    const system = screen.store.system.value;
    return JSON.stringify([system?.on, system?.assignments, system?.offers, system?.on_call]);
  }).value;
  useEffect(() => {
    if (trusted) void station.duty.load();
  }, [station, said, trusted]);
  useEffect(() => void station.refresh(), [station]);
}

export function ShiftPage() {
  const { station } = useShown();
  const { act } = useMay();
  useFreshDuty();
  return (
    <main class="sheet" data-test="shift-page">
      <h1>{PAGES.shift}</h1>
      {station.duty.failed.value ? (
        <p role="status">
          {S.failed}{" "}
          <button type="button" class="btn" data-test="read-again" onClick={() => void station.duty.load()}>
            {S.readAgain}
          </button>
        </p>
      ) : null}
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
