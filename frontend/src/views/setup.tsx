/** Setting the clinic up: its chairs, devices, people and protocols. */

import { PAGES } from "../words.ts";

export function SetupPage({ part }: { part: string }) {
  return (
    <main class="sheet" data-test="setup-page" data-part={part}>
      <h1>{PAGES.setup}</h1>
    </main>
  );
}
