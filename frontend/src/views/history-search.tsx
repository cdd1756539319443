/** The search for sessions: its form, its filters as chips that can be taken away, and what was found. */

import { useState } from "preact/hooks";
import { HIGHEST_PEAK, LOWEST_PEAK, NOTHING_ASKED, addressOf, asked, isPeak, searchOf, without, type Search, type SearchName } from "../core/search.ts";
import { dayStart } from "../core/day.ts";
import { visit } from "../route.ts";
import type { ProtocolItem } from "../wire/history.ts";
import type { Chair } from "../wire/types.ts";
import { H, PAGES, dateWords, filterWords, hadWord, takeAway } from "../words.ts";
import { Choice, Field } from "./form.tsx";
import { useReading } from "./reading.tsx";
import { Results } from "./history-results.tsx";

const addressWith = (query: string): string => (query === "" ? "history" : `history?${query}`);

function show(search: Search): void {
  visit(addressWith(addressOf(search)), false, search.text);
}

/** Where a record leads back to: what was searched for last on this page. */
export const lastSearch: { path: string; text: string } = { path: "history", text: "" };

interface Names {
  readonly chairs: readonly Chair[];
  readonly protocols: readonly ProtocolItem[];
  /** Of the patient whose sessions these are, once one of them is known. */
  readonly patient: string | null;
}

function chipName(name: SearchName, value: string, { chairs, protocols, patient }: Names): string {
  if (name === "from" || name === "to") return dateWords(dayStart(value));
  if (name === "chair") return chairs.find((chair) => chair.id === value)?.label ?? H.chair;
  if (name === "protocol") return protocols.find((protocol) => protocol.code === value)?.title ?? value;
  return name === "patient" ? (patient ?? H.onePatient) : value;
}

/** Each chip takes its own filter away; the results follow. */
function Chips({ search, names }: { search: Search; names: Names }) {
  const set = asked(search);
  if (set.length === 0) return null;
  return (
    <ul class="chips" aria-label={H.filters} data-test="filters">
      {set.map((name) => {
        const words = filterWords(name, search[name], chipName(name, search[name], names));
        return (
          <li key={name}>
            <button type="button" class="btn chip-off" data-test={`chip-${name}`} aria-label={takeAway(words)} onClick={() => show(without(search, name))}>
              {words} <span aria-hidden="true">×</span>
            </button>
          </li>
        );
      })}
      {set.length < 2 ? null : (
        <li>
          <button type="button" class="btn" data-test="chips-clear" onClick={() => show(NOTHING_ASKED)}>
            {H.clear}
          </button>
        </li>
      )}
    </ul>
  );
}

type Errors = { readonly to?: string; readonly over?: string };

function errorsOf(search: Search): Errors {
  const backwards = search.from !== "" && search.to !== "" && search.to < search.from;
  return { ...(backwards ? { to: H.toWrong } : {}), ...(search.over === "" || isPeak(search.over) ? {} : { over: H.overWrong }) };
}

const FIELDS = ["text", "from", "to", "chair", "protocol", "had", "over"] as const;
/** Searches only when it is sent: every search is a line in the audit trail. */
function SearchForm({ search, chairs, protocols }: { search: Search; chairs: readonly Chair[]; protocols: readonly ProtocolItem[] }) {
  const [errors, setErrors] = useState<Errors>({});
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const given = new FormData(form);
    const typed = Object.fromEntries(FIELDS.map((name) => [name, String(given.get(name) ?? "").trim()]));
    const next: Search = { ...search, ...typed };
    const found = errorsOf(next);
    setErrors(found);
    if (Object.keys(found).length === 0) show(next);
    else form.querySelector<HTMLElement>(`[name=${Object.keys(found)[0]}]`)?.focus();
  };
  const options = (list: readonly { value: string; label: string }[]) => [{ value: "", label: H.any }, ...list];
  return (
    <form class="form card search-form" role="search" aria-label={H.search} onSubmit={send} noValidate>
      <div class="form-row">
        <Field label={H.text} name="text" type="search" defaultValue={search.text} hint={H.textHint} maxLength={200} autocomplete="off" />
        <Field label={H.from} name="from" type="date" defaultValue={search.from} />
        <Field label={H.to} name="to" type="date" defaultValue={search.to} error={errors.to ?? null} />
        <Choice key={`chairs ${chairs.length}`} label={H.chair} name="chair" defaultValue={search.chair} options={options(chairs.map(({ id, label }) => ({ value: id, label })))} />
        <Choice key={`protocols ${protocols.length}`} label={H.protocol} name="protocol" defaultValue={search.protocol} options={options(protocols.map(({ code, title }) => ({ value: code, label: title })))} />
        <Choice label={H.had} name="had" defaultValue={search.had} options={options((["high", "medium", "low"] as const).map((value) => ({ value, label: hadWord(value) })))} />
        <Field label={H.over} name="over" type="number" inputMode="numeric" min={LOWEST_PEAK} max={HIGHEST_PEAK} defaultValue={search.over} unit="mmHg" error={errors.over ?? null} />
        <div class="form-end">
          <button type="submit" class="btn fill" data-test="search">
            {H.search}
          </button>
        </div>
      </div>
    </form>
  );
}

export function SearchPage({ query, text }: { query: string; text: string }) {
  const search = searchOf(query, text);
  Object.assign(lastSearch, { path: addressWith(addressOf(search)), text: search.text });
  const chairs = useReading<Chair[]>("chairs").body ?? [];
  const protocols = useReading<ProtocolItem[]>("protocols").body ?? [];
  const [patient, setPatient] = useState<string | null>(null);
  const chips = <Chips search={search} names={{ chairs, protocols, patient }} />;
  // Made anew with another search, so that its fields say what is asked; of what comes later only the two lists are.
  const made = `${addressOf(search)} ${search.text}`;
  return (
    <main class="sheet history" data-test="history-page" data-page="history">
      <h1>{PAGES.history}</h1>
      <SearchForm key={made} search={search} chairs={chairs} protocols={protocols} />
      <Results key={made} search={search} protocols={protocols} chips={chips} ofPatient={search.patient === "" ? undefined : setPatient} />
    </main>
  );
}
