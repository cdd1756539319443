/** The audit trail, newest first: filtered by person, action, chair and day, a page at a time. */

import { useState } from "preact/hooks";
import { hhmmss, millis } from "../core/time.ts";
import type { Chair } from "../wire/types.ts";
import { AUDIT, SETUP_PARTS, ACTIONS, actionWords, calendarDay, humanised, valueWords } from "../words.ts";
import { Choice, Field } from "./form.tsx";
import { byLabel } from "./setup-chairs.tsx";
import type { Person } from "./setup-people.tsx";
import { bodyOf, Heads, Shows, useFewRead, useRead, Wide } from "./setup-read.tsx";

interface Entry {
  readonly number: number;
  readonly at: string;
  readonly actor: string | null;
  readonly actor_name?: string | null;
  readonly action: string;
  readonly subject: string | null;
  readonly details?: Readonly<Record<string, unknown>> | null;
}

interface Page {
  readonly items: readonly Entry[];
  readonly next_cursor: string | number | null;
}

interface Filter {
  readonly actor: string;
  readonly action: string;
  readonly chair_id: string;
  readonly day: string;
}

const NOTHING: Filter = { actor: "", action: "", chair_id: "", day: "" };
const PAGE = 50;

/** A day of the clinic, as this screen's own zone has it. */
function span(day: string): readonly (readonly [string, string])[] {
  const from = new Date(`${day}T00:00:00`);
  if (day === "" || Number.isNaN(from.getTime())) return [];
  const to = new Date(from.getFullYear(), from.getMonth(), from.getDate() + 1);
  return [
    ["from", from.toISOString()],
    ["to", to.toISOString()],
  ];
}

function pathOf({ actor, action, chair_id, day }: Filter, cursor: string): string {
  const named = Object.entries({ actor, action, chair_id, cursor }).filter(([, value]) => value !== "");
  return `audit?${new URLSearchParams([["limit", String(PAGE)], ...named, ...span(day)].map(([key, value]) => [String(key), String(value)]))}`;
}

export function AuditPart() {
  const [filter, setFilter] = useState(NOTHING);
  /** The cursors of the pages before this one; the first page has none. */
  const [pages, setPages] = useState<readonly string[]>([]);
  const people = bodyOf(useFewRead<readonly Person[]>("users")) ?? [];
  const chairs = byLabel(bodyOf(useRead<readonly Chair[]>("chairs")) ?? []);
  const page = useFewRead<Page>(pathOf(filter, pages.at(-1) ?? ""));
  const choose = (part: Partial<Filter>): void => {
    setFilter({ ...filter, ...part });
    setPages([]);
  };
  const nameOf = (id: string | null): string => people.find((person) => person.id === id)?.name ?? AUDIT.server;
  return (
    <>
      <div class="filters">
        <Choice label={AUDIT.by} name="actor" value={filter.actor} onChange={(event) => choose({ actor: event.currentTarget.value })} options={[{ value: "", label: AUDIT.anybody }, ...people.map(({ id, name }) => ({ value: id, label: name }))]} />
        <Choice label={AUDIT.did} name="action" value={filter.action} onChange={(event) => choose({ action: event.currentTarget.value })} options={[{ value: "", label: AUDIT.anything }, ...Object.entries(ACTIONS).map(([value, label]) => ({ value, label: humanised(label) }))]} />
        <Choice label={AUDIT.chair} name="chair_id" value={filter.chair_id} onChange={(event) => choose({ chair_id: event.currentTarget.value })} options={[{ value: "", label: AUDIT.anywhere }, ...chairs.map(({ id, label }) => ({ value: id, label }))]} />
        <Field label={AUDIT.day} name="day" type="date" value={filter.day} onInput={(event) => choose({ day: event.currentTarget.value })} />
      </div>
      <Shows reading={page}>
        {({ items, next_cursor }) => (
          <>
            {items.length === 0 ? <p class="none">{AUDIT.none}</p> : <Trail entries={items} nameOf={nameOf} placeOf={(id) => chairs.find((chair) => chair.id === id)?.label ?? people.find((person) => person.id === id)?.name ?? null} />}
            <div class="form-end">
              {filter === NOTHING ? null : (
                <button type="button" class="btn" data-test="clear-filter" onClick={() => choose(NOTHING)}>
                  {AUDIT.clear}
                </button>
              )}
              {pages.length === 0 ? null : (
                <button type="button" class="btn" data-test="newest" onClick={() => setPages([])}>
                  {AUDIT.newest}
                </button>
              )}
              {next_cursor === null ? null : (
                <button type="button" class="btn" data-test="older" onClick={() => setPages([...pages, String(next_cursor)])}>
                  {AUDIT.older}
                </button>
              )}
            </div>
          </>
        )}
      </Shows>
    </>
  );
}

interface TrailParts {
  readonly entries: readonly Entry[];
  readonly nameOf: (id: string | null) => string;
  readonly placeOf: (id: string) => string | null;
}

/** Which login it was tells a person nothing; that it was a program does. */
const HIDDEN = /_id$|^clinic$|^credential$/;

function Trail({ entries, nameOf, placeOf }: TrailParts) {
  const told = (value: unknown): string => (typeof value === "string" ? (placeOf(value) ?? value) : valueWords(value));
  const details = ({ details: given, subject }: Entry): string => {
    const about = subject === null ? null : placeOf(subject);
    const rest = Object.entries(given ?? {}).filter(([key, value]) => !HIDDEN.test(key) && value !== null && value !== "login");
    return [...(about === null ? [] : [about]), ...rest.map(([key, value]) => `${humanised(key)} ${told(value)}`)].join(", ");
  };
  return (
    <Wide label={SETUP_PARTS.audit}>
      <table class="table" data-test="audit">
        <Heads names={[AUDIT.at, AUDIT.by, AUDIT.did, AUDIT.what]} />
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.number} data-test="audit-row" data-action={entry.action} title={`${AUDIT.number} ${entry.number}`}>
              <td class="num">
                {calendarDay(millis(entry.at))} {hhmmss(millis(entry.at))}
              </td>
              <td>{entry.actor_name ?? nameOf(entry.actor)}</td>
              <td>{actionWords(entry.action)}</td>
              <td>{details(entry)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}
