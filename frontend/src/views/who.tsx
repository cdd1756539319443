/** Taking an alert by one tap on one's name, where several people share a station. */

import { signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { acknowledged } from "../core/alerts.ts";
import type { Alert } from "../wire/types.ts";
import { WHO } from "../words.ts";
import { useShown } from "./context.ts";

interface Picking {
  readonly alertId: string;
  readonly button: HTMLElement;
}

/** The alert whose name is being chosen; one at a time. */
const picking = signal<Picking | null>(null);

/** One tap takes it at once where one person is on; where several are, their names appear beside the button. */
export function useTake(): (alert: Alert, button: HTMLElement) => Promise<void> {
  const { screen, station } = useShown();
  const { acknowledgements } = screen;
  return async (alert, button) => {
    const takers = await station.whoTakes();
    if (takers.length > 1) picking.value = { alertId: alert.id, button };
    else void acknowledgements.acknowledge(alert.id, takers[0]?.id ?? null);
  };
}

const EDGE = 8;

/** Beside the button, and whole on the screen. */
function place(list: HTMLElement, button: HTMLElement): void {
  const at = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = list;
  const left = Math.max(EDGE, Math.min(at.right - width, innerWidth - width - EDGE));
  const below = at.bottom + EDGE + height <= innerHeight;
  list.style.left = `${left}px`;
  list.style.top = `${Math.max(EDGE, below ? at.bottom + EDGE / 2 : at.top - height - EDGE / 2)}px`;
}

export function NamePicker() {
  const { screen, station } = useShown();
  const asked = picking.value;
  const alert = asked === null ? undefined : screen.store.alerts.value.find(({ id }) => id === asked.alertId);
  const gone = asked !== null && (alert === undefined || acknowledged(alert) || !screen.trusted.value);
  useEffect(() => {
    if (gone) picking.value = null;
  }, [gone]);
  if (asked === null || gone) return null;
  const close = (): void => void (picking.value = null);
  return <Names key={asked.alertId} title={WHO.whoTakes} button={asked.button} close={close} people={station.takers()} acting={station.acting.value} take={(by) => void screen.acknowledgements.acknowledge(asked.alertId, by)} />;
}

interface NamesParts {
  readonly title: string;
  /** Why the tap before this one came to nothing. */
  readonly failed?: string | null;
  /** Where they were asked for, and where the focus goes back to. */
  readonly button: HTMLElement;
  readonly close: () => void;
  readonly people: readonly { readonly id: string; readonly name: string }[];
  readonly acting: string | null;
  readonly take: (by: string) => void;
}

/** Everybody who may be meant, beside the button that asked. */
export function Names({ title, failed = null, button, close: closed, people, acting, take }: NamesParts) {
  const list = useRef<HTMLDivElement>(null);
  const close = (): void => {
    closed();
    if (button.isConnected) button.focus();
  };
  useLayoutEffect(() => {
    if (list.current === null) return;
    place(list.current, button);
    list.current.querySelector<HTMLElement>("button")?.focus();
    const outside = (event: Event): void => {
      if (event.target instanceof Node && list.current?.contains(event.target) !== true) closed();
    };
    const follow = (): void => {
      if (list.current !== null && button.isConnected) place(list.current, button);
    };
    document.addEventListener("pointerdown", outside, true);
    document.addEventListener("scroll", follow, true);
    window.addEventListener("resize", follow);
    return () => {
      document.removeEventListener("pointerdown", outside, true);
      document.removeEventListener("scroll", follow, true);
      window.removeEventListener("resize", follow);
    };
  }, [button]);
  const first = (person: { readonly id: string }): number => (person.id === acting ? 0 : 1);
  return (
    <div
      ref={list}
      class="names"
      role="dialog"
      aria-label={title}
      data-test="names"
      onKeyDown={(event) => {
        const buttons = Array.from(list.current?.querySelectorAll<HTMLElement>("button") ?? []);
        const at = buttons.findIndex((button) => button === document.activeElement);
        const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
        if (event.key === "Escape") close();
        else if (step !== 0) buttons[(at + step + buttons.length) % buttons.length]?.focus();
        else if (event.key === "Tab") return close();
        event.stopPropagation();
        if (step !== 0 || event.key === "Escape") event.preventDefault();
      }}
    >
      <b>{title}</b>
      {failed === null ? null : (
        <p class="refusal" role="alert" data-test="names-failed">
          {failed}
        </p>
      )}
      {[...people].sort((a, b) => first(a) - first(b)).map((person) => (
        <button
          key={person.id}
          type="button"
          class="btn"
          data-test="name"
          onClick={() => {
            close();
            take(person.id);
          }}
        >
          {person.name}
        </button>
      ))}
    </div>
  );
}
