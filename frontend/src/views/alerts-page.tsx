/** Every alert of the day: those that are open, those somebody has, those nobody has reviewed, and what was. */

import { PAGES } from "../words.ts";

export function AlertsPage() {
  return (
    <main class="sheet" data-test="alerts-page">
      <h1>{PAGES.alerts}</h1>
    </main>
  );
}
