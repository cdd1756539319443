/** How many alerts per chair and hour, and how long they waited: as numbers with bars, grey since nothing here calls. */

import { perChair, perHour, type Counts as Counted, type Responses } from "../core/alert-day.ts";
import type { Alert } from "../wire/types.ts";
import { A, hadWord, hourWords, spanWords } from "../words.ts";

interface Bar {
  readonly key: string;
  readonly label: string;
  readonly counts: Counted;
}

const COLUMNS = ["high", "medium", "low", "technical"] as const;
const columnWord = (name: (typeof COLUMNS)[number]): string => (name === "technical" ? A.technical : hadWord(name));

function CountTable({ caption, head, bars, test }: { caption: string; head: string; bars: readonly Bar[]; test: string }) {
  const most = Math.max(...bars.map(({ counts }) => counts.all));
  return (
    <table class="count-table" data-test={test}>
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{head}</th>
          {COLUMNS.map((name) => (
            <th key={name} scope="col">
              {columnWord(name)}
            </th>
          ))}
          <th scope="col">{A.all}</th>
        </tr>
      </thead>
      <tbody>
        {bars.map(({ key, label, counts }) => (
          <tr key={key}>
            <th scope="row">{label}</th>
            {COLUMNS.map((name) => (
              <td key={name} class={counts[name] === 0 ? "zero" : ""}>
                {counts[name]}
              </td>
            ))}
            <td class="bar-cell">
              <i class="count-bar" style={{ width: `${(100 * counts.all) / most}%` }} aria-hidden="true" />
              <b>{counts.all}</b>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function Counts({ alerts, responses, chairOf }: { alerts: readonly Alert[]; responses: Responses; chairOf: (id: string | null) => string }) {
  const { taken, median, slowest, waiting } = responses;
  const span = (ms: number | null): string => (ms === null ? "–" : spanWords(ms));
  const figures = [
    ["median", A.median, span(median)],
    ["slowest", A.slowest, span(slowest)],
    ["taken", A.taken_count, String(taken)],
    ["waiting", A.waiting, String(waiting)],
  ] as const;
  return (
    <div class="counts-row">
      <dl class="figures" aria-label={A.responses} data-test="responses">
        {figures.map(([name, label, value]) => (
          <div key={name}>
            <dt>{label}</dt>
            <dd data-test={`response-${name}`}>{value}</dd>
          </div>
        ))}
      </dl>
      <CountTable caption={A.perChair} head={A.chair} test="per-chair" bars={perChair(alerts).map(({ chair, counts }) => ({ key: chair ?? "", label: chairOf(chair), counts }))} />
      <CountTable caption={A.perHour} head={A.hour} test="per-hour" bars={perHour(alerts).map(({ hour, counts }) => ({ key: String(hour), label: hourWords(hour), counts }))} />
    </div>
  );
}
