/** `/`: to a chair by its name or its patient's, from anywhere, without taking the hands off the keys. */

import { signal } from "@preact/signals";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { found } from "../core/find.ts";
import { visit } from "../route.ts";
import { W, patientWords } from "../words.ts";
import { useScreen } from "./context.ts";

export const finding = signal(false);

const SHOWN = 8;

export function Find() {
  return finding.value ? <FindDialog /> : null;
}

/** The wall first, then the tile: the focus goes where the eyes go. */
function goTo(id: string): void {
  finding.value = false;
  visit("");
  requestAnimationFrame(() => {
    const tile = Array.from(document.querySelectorAll<HTMLElement>("[data-test=tile]")).find((one) => one.dataset["chairId"] === id);
    tile?.focus();
    tile?.scrollIntoView({ block: "nearest" });
  });
}

function FindDialog() {
  const { store } = useScreen();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => box.current?.querySelector("input")?.focus(), []);
  const chairs = store.order.value.flatMap((id) => {
    const tile = store.tile(id)?.value;
    return tile === undefined ? [] : [{ id, label: tile.chair.label, who: patientWords(tile.session) }];
  });
  const hits = found(chairs, query).slice(0, SHOWN);
  const chosen = hits[Math.min(at, hits.length - 1)];
  function pressed(event: KeyboardEvent): void {
    event.stopPropagation();
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (event.key === "Escape") finding.value = false;
    else if (event.key === "Enter" && chosen !== undefined) goTo(chosen.id);
    else if (step !== 0 && hits.length > 0) setAt((Math.min(at, hits.length - 1) + step + hits.length) % hits.length);
    else return;
    event.preventDefault();
  }
  return (
    <div ref={box} class="find" role="dialog" aria-label={W.find} data-test="find" onKeyDown={pressed}>
      <input
        type="text"
        aria-label={W.find}
        aria-expanded={hits.length > 0}
        aria-controls="find-hits"
        aria-activedescendant={chosen === undefined ? undefined : `find-${chosen.id}`}
        placeholder={W.find}
        autocomplete="off"
        {...({ role: "combobox" } as object)}
        value={query}
        data-test="find-query"
        onInput={(event) => {
          setQuery(event.currentTarget.value);
          setAt(0);
        }}
        onBlur={(event) => {
          if (!(event.relatedTarget instanceof Node) || box.current?.contains(event.relatedTarget) !== true) finding.value = false;
        }}
      />
      <div id="find-hits" role="listbox" aria-label={W.find}>
        {hits.map((hit) => (
          <div
            key={hit.id}
            id={`find-${hit.id}`}
            role="option"
            tabIndex={-1}
            aria-selected={hit === chosen}
            data-test="find-hit"
            onPointerDown={(event) => {
              event.preventDefault();
              goTo(hit.id);
            }}
          >
            <b>{hit.label}</b> {hit.who}
          </div>
        ))}
        {hits.length === 0 ? <p class="none">{W.findNothing}</p> : null}
      </div>
    </div>
  );
}
