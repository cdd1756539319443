/** How the chart's height and width are shared: labels on top, pressures, oxygen, alerts, the axis below. */

import { placeOf, type Span } from "./span.ts";

export const LOWEST = 40;
export const HIGHEST = 220;
export const SPO2_LOWEST = 86;
export const SPO2_HIGHEST = 100;

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Layout extends Size {
  /** The plot inside its margins, px from the chart's own corner. */
  readonly left: number;
  readonly top: number;
  readonly inner: Size;
  /** Panels, px from the plot's top. */
  readonly pressure: { readonly top: number; readonly height: number };
  readonly spo2: { readonly top: number; readonly height: number };
  readonly lane: { readonly top: number; readonly height: number; readonly row: number };
  readonly row: number;
}

const AXIS = 44;
const ROW = 20;
const CAPTION = 22;
const NARROW = 620;

export interface Asked {
  /** Rows of events above, of alerts below. */
  readonly labelRows: number;
  readonly laneRows: number;
  /** The widest label at the right edge, px. */
  readonly edge: number;
}

export function layoutOf({ width, height }: Size, { labelRows, laneRows, edge }: Asked): Layout {
  const left = width < NARROW ? 34 : 50;
  const right = Math.min(130, Math.max(48, Math.ceil(edge) + 12));
  const top = ROW * Math.max(1, labelRows) + 8;
  const inner = { width: Math.max(40, width - left - right), height: Math.max(120, height - top - AXIS) };
  const row = laneRows > 1 ? 20 : 28;
  const lane = row * Math.max(1, laneRows);
  const gap = height < 420 ? 12 : 20;
  const spo2 = Math.round(Math.min(96, Math.max(48, inner.height * 0.17)));
  const pressure = inner.height - CAPTION - 2 * gap - spo2 - lane;
  const under = CAPTION + pressure + gap;
  return {
    width,
    height,
    left,
    top,
    inner,
    row: ROW,
    pressure: { top: CAPTION, height: pressure },
    spo2: { top: under, height: spo2 },
    lane: { top: inner.height - lane, height: lane, row },
  };
}

const within = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** Places in the plot, px from its corner. */
export const xIn = (layout: Layout, span: Span, at: number): number => placeOf(span, layout.inner.width, at);
export const yIn = ({ pressure }: Layout, value: number): number => pressure.top + (1 - (within(value, LOWEST, HIGHEST) - LOWEST) / (HIGHEST - LOWEST)) * pressure.height;
export const zIn = ({ spo2 }: Layout, value: number): number => spo2.top + (1 - (within(value, SPO2_LOWEST, SPO2_HIGHEST) - SPO2_LOWEST) / (SPO2_HIGHEST - SPO2_LOWEST)) * spo2.height;

/** Scale ends that make a panel's values stand where it is in a plot of the whole height. */
function ends(panel: { readonly top: number; readonly height: number }, whole: number, low: number, high: number): [number, number] {
  const each = (high - low) / panel.height;
  const max = high + panel.top * each;
  return [max - whole * each, max];
}

export const pressureScale = (layout: Layout): [number, number] => ends(layout.pressure, layout.inner.height, LOWEST, HIGHEST);
export const spo2Scale = (layout: Layout): [number, number] => ends(layout.spo2, layout.inner.height, SPO2_LOWEST, SPO2_HIGHEST);
