/** A panel beside the page for one task: the page stays in sight, and the focus goes in and comes back. */

import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { W } from "../words.ts";

interface PanelParts {
  readonly title: string;
  readonly close: () => void;
  readonly children?: ComponentChildren;
  readonly test?: string;
}

export function Panel({ title, close, children, test }: PanelParts) {
  const id = useId();
  const panel = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    (panel.current?.querySelector<HTMLElement>("[data-focus], input:not([type=hidden]), select, textarea, .form button") ?? panel.current)?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <section
      ref={panel}
      class="panel"
      role="dialog"
      aria-labelledby={id}
      tabIndex={-1}
      data-test={test ?? "panel"}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        close();
      }}
    >
      <header>
        <h2 id={id}>{title}</h2>
        <button type="button" class="btn square" aria-label={W.close} data-test="close-panel" onClick={close}>
          <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M6 6l12 12M18 6L6 18" />
          </svg>
        </button>
      </header>
      {children}
    </section>
  );
}
