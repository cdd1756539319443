/** The session's trend as a card: chart or table of the same data, the whole session or its last thirty minutes. */

import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { packed } from "../../core/chart/labels.ts";
import { layoutOf, type Size } from "../../core/chart/layout.ts";
import { againstUsual, modelOf, type ChartInput, type ChartModel } from "../../core/chart/model.ts";
import { placeOf, type Shown } from "../../core/chart/span.ts";
import { hhmm } from "../../core/time.ts";
import { theme } from "../../theme.ts";
import { CHART, chartSummary, eventLabel, axisMinute, number, usualWords } from "../../words.ts";
import { Captions, Edge, Newest, edgeWidth, PlannedName, Ticks, captionsOf, isShown, placedCaptions } from "./labels.tsx";
import { Events, GLYPH_PX, Lane, alertsIn, placedEvents } from "./marks.tsx";
import { usePrinting } from "./printing.ts";
import { Plot } from "./plot.tsx";
import { ReadingsTable } from "./table.tsx";
import { canDraw } from "./text.ts";

const PRINTED: Size = { width: 700, height: 400 };
/** Alerts that would need more rows share the last. */
const MOST_ROWS = 4;
const FIRST: Size = { width: 960, height: 520 };

/** The room the page gives the chart; on paper a fixed one. */
function useRoom(printing: boolean) {
  const holder = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState(FIRST);
  useLayoutEffect(() => {
    const element = holder.current;
    if (element === null) return undefined;
    const look = (): void => {
      const { clientWidth: width, clientHeight: height } = element;
      if (width > 0 && height > 0) setSize((before) => (before.width === width && before.height === height ? before : { width, height }));
    };
    look();
    const watching = new ResizeObserver(look);
    watching.observe(element);
    return () => watching.disconnect();
  }, []);
  return { holder, size: printing ? PRINTED : size };
}

/** Events and what lies ahead that found no room for their words. */
function Listed({ model, entries }: { model: ChartModel; entries: readonly { readonly number: number | null; readonly at: number; readonly text: string }[] }) {
  if (entries.length === 0) return null;
  return (
    <ol class="listed" aria-label={CHART.listed} data-test="listed">
      {entries.map(({ number: place, at, text }) => (
        <li key={`${place} ${text} ${at}`}>
          {place === null ? null : <b>{place}</b>} {model.span.zero === null ? hhmm(at) : axisMinute(Math.round((at - model.span.zero) / 60_000))} {text}
        </li>
      ))}
    </ol>
  );
}

function Figure({ model, printing }: { model: ChartModel; printing: boolean }) {
  const { holder, size } = useRoom(printing);
  const edge = useMemo(() => edgeWidth(model), [model]);
  const { left, inner } = layoutOf(size, { labelRows: 1, laneRows: 1, edge });
  const events = useMemo(() => placedEvents(model, inner.width, left, size.width - left - inner.width), [model, size, edge]);
  const place = (at: number): number => placeOf(model.span, inner.width, at);
  const rows = packed(alertsIn(model).map(({ from, to }) => ({ from: Math.max(0, place(from)), to: Math.max(Math.max(0, place(from)) + GLYPH_PX, place(to)) })));
  const asked = { labelRows: 1 + Math.max(0, ...events.map(({ row }) => row)), laneRows: Math.min(MOST_ROWS, 1 + Math.max(0, ...rows)), edge };
  const layout = useMemo(() => layoutOf(size, asked), [size, ...Object.values(asked)]);
  const look = `${theme.value} ${printing}`;
  const parts = { model, layout };
  const seen = model.events.filter(({ at }) => isShown(model, at));
  const listed = [
    ...seen.map(({ at, entry }, n) => ({ number: events[n]?.number ?? null, at, text: eventLabel(entry) })).filter(({ number: place }) => place !== null),
    ...captionsOf(model).filter((_, n) => placedCaptions(parts)[n]?.row !== 0).map(({ at, text }) => ({ number: null, at, text })),
  ];
  const bar = model.bars.at(-1);
  const summary = chartSummary({
    count: model.bars.length,
    pressure: bar === undefined ? null : `${number(bar.systolic)} over ${number(bar.diastolic)}`,
    at: bar?.at ?? model.now,
    heartRate: model.streams.heart_rate.findLast((value) => value !== null) ?? null,
    spo2: model.streams.spo2.findLast((value) => value !== null) ?? null,
  });
  return (
    <>
      <div class="plot" ref={holder} role="img" aria-label={summary} data-test="chart" data-bars={model.bars.length} data-gaps={model.gaps.spo2.length} data-printing={printing} style={printing ? { width: `${size.width}px`, height: `${size.height}px` } : undefined}>
        <Plot model={model} layout={layout} look={look} />
        <div class="labels" style={{ left: `${layout.left}px`, top: `${layout.top}px`, width: `${layout.inner.width}px`, height: `${layout.inner.height}px` }}>
          <Ticks {...parts} />
          <Edge {...parts} />
          <Captions {...parts} />
          <Events {...parts} placed={events} />
          <Lane {...parts} rows={rows} />
          <PlannedName {...parts} />
          <Newest {...parts} />
        </div>
      </div>
      <Listed model={model} entries={listed} />
    </>
  );
}

function Legend({ model, sex }: { model: ChartModel; sex: string | null }) {
  const usual = againstUsual(model);
  return (
    <span class="legend">
      <span>
        <svg viewBox="0 0 12 20" aria-hidden="true">
          <path class="bar" d="M2 2h8M2 18h8M6 2v16" />
        </svg>
        {CHART.pressure}
      </span>
      <span>
        <svg viewBox="0 0 26 20" aria-hidden="true" class="wide">
          <path class="hr" d="M2 13c4-9 7-9 11-4s7 4 11-2" />
        </svg>
        {CHART.heartRate}
      </span>
      <span>
        <i class="band" />
        {CHART.band}
      </span>
      {model.usual === null ? null : (
        <span data-test="usual">
          <i class="band usual" />
          {usual === null ? CHART.usual : usualWords(usual.difference, usual.minute, sex)}
        </span>
      )}
    </span>
  );
}

type ChartParts = Omit<ChartInput, "shown">;

/** Read-only; used by the session's page and by the record of a past one. */
export function SessionChart(given: ChartParts) {
  const printing = usePrinting();
  const [chosen, setShown] = useState<Shown>("whole");
  const [wanted, setTable] = useState(false);
  const [shown, table] = printing ? (["whole", false] as const) : [chosen, wanted || !canDraw()];
  const { record, now, due, earlier, intervals } = given;
  const model = useMemo(() => modelOf({ record, now, due, earlier, intervals, shown }), [record, now, due, earlier, intervals, shown]);
  const sex = record.detail.patient?.sex ?? null;
  return (
    <section class="chart-card card" aria-labelledby="trend-title" data-test="chart-card">
      <header>
        <h2 id="trend-title">{CHART.title}</h2>
        <Legend model={model} sex={sex} />
        <span class="chart-tools">
          <span class="segments" role="group" aria-label={CHART.shown}>
            <button type="button" aria-pressed={shown === "whole"} onClick={() => setShown("whole")} data-test="show-whole">
              {CHART.whole}
            </button>
            <button type="button" aria-pressed={shown === "last"} onClick={() => setShown("last")} data-test="show-last">
              {CHART.last}
            </button>
          </span>
          {canDraw() ? (
            <button type="button" class="link" onClick={() => setTable(!table)} data-test="show-table">
              {table ? CHART.chart : CHART.table}
            </button>
          ) : null}
          <button type="button" class="link" onClick={() => window.print()} data-test="print">
            {CHART.print}
          </button>
        </span>
      </header>
      {table || !canDraw() ? null : <Figure model={model} printing={printing} />}
      <ReadingsTable model={model} cuffs={record.cuffs} shown={table} />
    </section>
  );
}
