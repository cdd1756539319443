/** Whether the page is being printed, known in time to draw the chart for paper. */

import { flushSync } from "preact/compat";
import { useEffect, useState } from "preact/hooks";

export function usePrinting(): boolean {
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    const print = matchMedia("print");
    const set = (on: boolean) => (): void => flushSync(() => setPrinting(on));
    const changed = (): void => set(print.matches)();
    const [before, after] = [set(true), set(false)];
    print.addEventListener("change", changed);
    window.addEventListener("beforeprint", before);
    window.addEventListener("afterprint", after);
    return () => {
      print.removeEventListener("change", changed);
      window.removeEventListener("beforeprint", before);
      window.removeEventListener("afterprint", after);
    };
  }, []);
  return printing;
}
