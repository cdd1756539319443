/** A button that opens a small panel under itself, closed by Escape, by a tap elsewhere, or by going elsewhere with the keyboard. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

interface MenuParts {
  /** Its accessible name, where what it shows does not say it. */
  readonly label: string;
  readonly face: ComponentChildren;
  readonly test: string;
  readonly class?: string;
  /** Something in it waits for an answer. */
  readonly alert?: boolean;
  readonly children: (close: () => void) => ComponentChildren;
}

export function Menu({ label, face, test, class: name = "", alert = false, children }: MenuParts) {
  const [open, setOpen] = useState(false);
  const whole = useRef<HTMLSpanElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  useEffect(() => {
    if (!open) return undefined;
    const outside = (event: Event): void => {
      if (event.target instanceof Node && whole.current?.contains(event.target) !== true) setOpen(false);
    };
    document.addEventListener("pointerdown", outside, true);
    document.addEventListener("focusin", outside, true);
    return () => {
      document.removeEventListener("pointerdown", outside, true);
      document.removeEventListener("focusin", outside, true);
    };
  }, [open]);
  return (
    <span
      ref={whole}
      class="menu"
      onKeyDown={(event) => {
        if (!open || event.key !== "Escape") return;
        event.stopPropagation();
        close();
      }}
    >
      <button ref={button} type="button" class={`btn ${name}`} aria-expanded={open} data-waits={alert} aria-label={label} title={label} data-test={test} onClick={() => setOpen(!open)}>
        {face}
      </button>
      {open ? (
        <div class="menu-panel" role="group" aria-label={label} data-test={`${test}-panel`}>
          {children(close)}
        </div>
      ) : null}
    </span>
  );
}
