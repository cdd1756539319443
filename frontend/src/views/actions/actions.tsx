/** What can be done to a session, as buttons below its chart. */

import type { Tile } from "../../live/store.ts";
import type { SessionDetail } from "../../wire/detail.ts";

export interface ActionsParts {
  /** The newest answer of `GET /sessions/{id}`. */
  readonly detail: SessionDetail;
  /** The chair as the wall shows it; null once the session is not on the wall any more. */
  readonly tile: Tile | null;
  /** Reads the record again at once: after something was written. */
  readonly refresh: () => void;
}

export function Actions({ detail }: ActionsParts) {
  return <div class="actions" data-test="actions" data-session={detail.id} />;
}
