/** The wall: a tile for every chair, never paginated, in an order that alarms do not change. */

import { useComputed } from "@preact/signals";
import { layoutOf } from "../core/layout.ts";
import { windowSize } from "../size.ts";
import { W } from "../words.ts";
import { useScreen } from "./context.ts";
import { Rail } from "./rail.tsx";
import { TileView } from "./tile.tsx";

export function Wall() {
  const { store } = useScreen();
  const order = store.order.value;
  const layout = useComputed(() => layoutOf(store.order.value.length, windowSize.value)).value;
  if (!store.loaded.value) return <main class="none connecting">{W.connecting}</main>;
  const { density, columns, fits, beside } = layout;
  return (
    <main class="page" data-beside={beside}>
      <h1 class="sr">{W.wall}</h1>
      <div class="wall" data-test="wall" data-density={density} data-fits={fits} style={{ "--columns": columns }}>
        {order.map((id) => {
          const tile = store.tile(id);
          return tile === undefined ? null : <TileView key={id} tile={tile} density={density} />;
        })}
        {order.length === 0 ? <p class="none">{W.noChairs}</p> : null}
      </div>
      <Rail />
    </main>
  );
}
