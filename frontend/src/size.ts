/** The size of the window as a signal: what the layout of the wall depends on, besides the number of chairs. */

import { signal } from "@preact/signals";

export const windowSize = signal({ width: 1920, height: 1080 });

export function followSize(): void {
  const read = (): void => {
    windowSize.value = { width: window.innerWidth, height: window.innerHeight };
  };
  read();
  window.addEventListener("resize", read);
}
