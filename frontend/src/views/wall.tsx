/** The wall: a tile for every chair, never paginated, in an order that alarms do not change. */

import { W } from "../words.ts";
import { useScreen } from "./context.ts";
import { Rail } from "./rail.tsx";
import { TileView } from "./tile.tsx";

export function Wall() {
  const { store } = useScreen();
  const order = store.order.value;
  if (!store.loaded.value) return <main class="page none connecting">{W.connecting}</main>;
  return (
    <main class="page">
      <h1 class="sr">{W.wall}</h1>
      <div class="wall" data-test="wall">
        {order.map((id) => {
          const tile = store.tile(id);
          return tile === undefined ? null : <TileView key={id} tile={tile} />;
        })}
        {order.length === 0 ? <p class="none">{W.noChairs}</p> : null}
      </div>
      <Rail />
    </main>
  );
}
