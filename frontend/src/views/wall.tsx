/** The wall: a tile for every chair, never paginated, in an order that alarms do not change. */

import { useComputed, type ReadonlySignal } from "@preact/signals";
import { layoutOf, type Density } from "../core/layout.ts";
import { windowSize } from "../size.ts";
import { W } from "../words.ts";
import type { Tile } from "../live/store.ts";
import { CallHelp, useCallsByName } from "./call-help.tsx";
import { useScreen } from "./context.ts";
import { Guard } from "./guard.tsx";
import { Rail } from "./rail.tsx";
import { TileView } from "./tile.tsx";

/** A tile of a locked wall, with the way to call for help at its chair. */
function Seat({ tile, density }: { tile: ReadonlySignal<Tile>; density: Density }) {
  const session = useComputed(() => tile.value.session).value;
  const label = useComputed(() => tile.value.chair.label).value;
  return (
    <div class="seat">
      <TileView tile={tile} density={density} />
      <CallHelp session={session} where={label} />
    </div>
  );
}

export function Wall() {
  const { store } = useScreen();
  const order = store.order.value;
  const byName = useCallsByName();
  const layout = useComputed(() => layoutOf(store.order.value.length, windowSize.value)).value;
  if (!store.loaded.value) return <main class="none connecting">{W.connecting}</main>;
  const { density, columns, fits, beside } = layout;
  return (
    <main class="page" data-beside={beside}>
      <h1 class="sr">{W.wall}</h1>
      <div class="wall" data-test="wall" data-density={density} data-fits={fits} style={{ "--columns": columns }}>
        {order.map((id) => {
          const tile = store.tile(id);
          if (tile === undefined) return null;
          return (
            <Guard key={id} what={tile.peek().chair.label}>
              {byName ? <Seat tile={tile} density={density} /> : <TileView tile={tile} density={density} />}
            </Guard>
          );
        })}
        {order.length === 0 ? <p class="none">{W.noChairs}</p> : null}
      </div>
      <Guard what={W.needsAttention}>
        <Rail />
      </Guard>
    </main>
  );
}
