/** The shift: who is on, at which station, with which chairs. */

import { PAGES } from "../words.ts";

export function ShiftPage() {
  return (
    <main class="sheet" data-test="shift-page">
      <h1>{PAGES.shift}</h1>
    </main>
  );
}
