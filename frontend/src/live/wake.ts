/** Keeps the screen on while it shows alerts, where the browser can; else somebody has to set the computer itself. */

import { signal } from "@preact/signals";

/** `impossible`: this browser, or a page without TLS, has no such thing. */
export const wake = signal<"held" | "let go" | "impossible">("let go");

interface Lock {
  addEventListener(name: "release", listener: () => void): void;
}

/** Asks whenever the page is looked at again: browsers let go of the lock with every look away. */
export function followWake(): void {
  const locks = (navigator as { readonly wakeLock?: { request(kind: "screen"): Promise<Lock> } }).wakeLock;
  if (locks === undefined) {
    wake.value = "impossible";
    return;
  }
  const ask = async (): Promise<void> => {
    if (document.visibilityState !== "visible" || wake.peek() === "held") return;
    try {
      const lock = await locks.request("screen");
      wake.value = "held";
      lock.addEventListener("release", () => (wake.value = "let go"));
    } catch (refused) {
      if (!(refused instanceof DOMException)) throw refused;
      wake.value = "impossible"; // an empty battery, or a policy
    }
  };
  document.addEventListener("visibilitychange", () => void ask());
  void ask();
}
