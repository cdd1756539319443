/** How many screens show and sound alerts, and which of them: as the server sees them. */

import type { StationSeen } from "../wire/types.ts";
import { S, watching } from "../words.ts";
import { wake } from "../live/wake.ts";
import { useScreen } from "./context.ts";

function state(station: StationSeen): string {
  const sound = station.kind === "room" ? S.silentRoom : S.audio[station.audio ?? "blocked"];
  return [S.kindShort[station.kind], station.visible ? S.shows : S.hidden, sound].join(" · ");
}

export function ScreensCard() {
  const { store } = useScreen();
  const system = store.system.value;
  const stations = system?.stations ?? [];
  return (
    <section class="card" aria-labelledby="screens" data-test="screens">
      <h2 id="screens">{S.screens}</h2>
      {system === null ? <p class="none">{S.loading}</p> : <p data-test="watching-now">{watching(system.watching, system.audible)}</p>}
      <ul class="rows">
        {stations.map((station) => (
          <li key={station.id} data-test="screen" data-visible={station.visible} data-audio={station.audio}>
            <b>{station.label}</b>
            <small>{state(station)}</small>
          </li>
        ))}
      </ul>
      <p class="hint" data-test="wake">
        {wake.value === "impossible" ? S.notAwake : S.awake}
      </p>
    </section>
  );
}
