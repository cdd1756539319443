/** One version of a protocol as tables a clinician can read line by line. */

import type { ComponentChildren } from "preact";
import type { Phase, Priority } from "../wire/types.ts";
import {
  SCREENING_LEVELS,
  LIMIT_HEADS,
  SCREENING_HEADS,
  SETUP, SETUP_PARTS,
  TIMETABLE,
  clearNumber,
  humanised,
  limitNumber,
  inMinutes,
  phaseWord,
  placeWords,
  priorityWord,
  provenBy,
  rearmWords,
  settingName,
  stopsOn,
  valueWords,
  type ProtocolView,
} from "../words.ts";
import { Glyph } from "./glyph.tsx";
import { Wide } from "./setup-read.tsx";

interface Limit {
  readonly code: string;
  readonly when: readonly Phase[];
  readonly kind: string;
  readonly value: number;
  readonly clear: number;
  readonly hold_s: number;
  readonly confirm_s: number | null;
  readonly immediate: number | null;
  readonly priority: Priority;
  readonly rearm: number | null;
  readonly needs_symptom?: boolean;
}

interface Point {
  readonly code: string;
  readonly text: string;
  readonly minute: number;
  readonly from_min: number;
  readonly to_min: number;
}

export interface Protocol {
  readonly code: string;
  readonly version: number;
  readonly toml: string;
  readonly title: string;
  readonly limits: readonly Limit[];
  readonly timetable: {
    readonly interval_min: Readonly<Partial<Record<Phase, number>>>;
    readonly after_amber_min: number;
    readonly after_red_min: number;
    readonly waiting_min: number;
    readonly points: readonly Point[];
  };
  readonly screening: readonly { readonly item: string; readonly text: string; readonly level: string; readonly stops_on: string | null }[];
  readonly discharge?: Readonly<Record<string, unknown>>;
  readonly escalation?: Readonly<Record<string, unknown>>;
  readonly audio?: Readonly<Record<string, unknown>>;
}

export interface ChangeRow {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

function Rows({ heads, children, test }: { heads: readonly string[]; children: ComponentChildren; test: string }) {
  return (
    <Wide label={SETUP_PARTS.protocols}>
      <table class="table" data-test={test}>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </Wide>
  );
}

function Limits({ limits }: { limits: readonly Limit[] }) {
  return (
    <Rows heads={LIMIT_HEADS} test="limits">
      {limits.map((limit) => (
        <tr key={limit.code}>
          <th scope="row">
            <span class="limit-name">
              <Glyph alert={{ kind: "physiological", priority: limit.priority }} />
              {humanised(limit.code)} <small>{priorityWord(limit.priority)}</small>
            </span>
          </th>
          <td>{limit.when.map(phaseWord).join(", ")}</td>
          <td class="num">{limitNumber(limit.kind, limit.value)}</td>
          <td class="num">{clearNumber(limit.kind, limit.clear)}</td>
          <td class="proven">{provenBy(limit)}</td>
          <td class="num">{limitNumber(limit.kind, limit.immediate)}</td>
          <td>{rearmWords(limit.rearm)}</td>
        </tr>
      ))}
    </Rows>
  );
}

function Pairs({ pairs, test }: { pairs: readonly (readonly [name: string, value: string])[]; test: string }) {
  return (
    <dl class="pairs" data-test={test}>
      {pairs.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Timetable({ table }: { table: Protocol["timetable"] }) {
  const phases = Object.entries(table.interval_min).map(([phase, every]): readonly [string, string] => [`${TIMETABLE.cuff}, ${phaseWord(phase as Phase)}`, inMinutes(every)]);
  const pairs = [...phases, [TIMETABLE.amber, inMinutes(table.after_amber_min)], [TIMETABLE.red, inMinutes(table.after_red_min)], [TIMETABLE.waiting, inMinutes(table.waiting_min)]] as const;
  return (
    <>
      <Pairs pairs={pairs} test="timetable" />
      <h3>{TIMETABLE.points}</h3>
      {table.points.length === 0 ? (
        <p class="none">{TIMETABLE.none}</p>
      ) : (
        <Rows heads={[TIMETABLE.point, TIMETABLE.at, TIMETABLE.between]} test="points">
          {table.points.map((point) => (
            <tr key={point.code}>
              <th scope="row">{point.text}</th>
              <td class="num">{inMinutes(point.minute)}</td>
              <td class="num">
                {inMinutes(point.from_min)}, {inMinutes(point.to_min)}
              </td>
            </tr>
          ))}
        </Rows>
      )}
    </>
  );
}

const settings = (...tables: readonly (Readonly<Record<string, unknown>> | undefined)[]): readonly (readonly [string, string])[] =>
  tables.flatMap((table) => Object.entries(table ?? {})).map(([key, value]) => [settingName(key), valueWords(typeof value === "string" ? humanised(value) : value)] as const);

export function ProtocolTables({ protocol, view }: { protocol: Protocol; view: ProtocolView }) {
  switch (view) {
    case "limits":
      return <Limits limits={protocol.limits} />;
    case "timetable":
      return <Timetable table={protocol.timetable} />;
    case "screening":
      return (
        <Rows heads={SCREENING_HEADS} test="screening">
          {protocol.screening.map(({ item, text, level, stops_on }) => (
            <tr key={item}>
              <th scope="row">{text}</th>
              <td>{SCREENING_LEVELS[level] ?? level}</td>
              <td>{stopsOn(stops_on)}</td>
            </tr>
          ))}
        </Rows>
      );
    case "discharge":
      return <Pairs pairs={settings(protocol.discharge)} test="discharge" />;
    case "escalation":
      return <Pairs pairs={settings(protocol.escalation, protocol.audio)} test="escalation-times" />;
    case "toml":
      return (
        <pre class="toml" tabIndex={0} data-test="toml">
          {protocol.toml}
        </pre>
      );
    case "changes":
      return null;
  }
}

/** What a version changes, each number beside what it was. */
export function ChangesTable({ changes }: { changes: readonly ChangeRow[] }) {
  if (changes.length === 0) return <p class="none">{SETUP.noChanges}</p>;
  return (
    <Rows heads={[SETUP.what, SETUP.before, SETUP.after]} test="changes">
      {changes.map(({ path, before, after }) => (
        <tr key={path}>
          <th scope="row">{placeWords(path)}</th>
          <td>{valueWords(before)}</td>
          <td>
            <b>{valueWords(after)}</b>
          </td>
        </tr>
      ))}
    </Rows>
  );
}
