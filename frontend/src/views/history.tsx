/** Sessions of the past: found, read, printed and compared. */

import type { Route } from "../route.ts";
import { PAGES } from "../words.ts";

export function HistoryPage({ where }: { where: Route }) {
  return (
    <main class="sheet" data-test="history-page" data-page={where.page}>
      <h1>{PAGES.history}</h1>
    </main>
  );
}
