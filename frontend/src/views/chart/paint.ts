/** What the chart's canvas shows below and above its two curves: bands, limits, cuff bars, gaps, what lies ahead, now. */

import { xIn, yIn, zIn, type Layout } from "../../core/chart/layout.ts";
import type { ChartModel } from "../../core/chart/model.ts";
import type { Gap } from "../../core/chart/readings.ts";
import { PART_COLOUR, PRIORITY_COLOUR, type Palette } from "./palette.ts";

export interface Scene {
  readonly model: ChartModel;
  readonly layout: Layout;
  readonly colours: Palette;
}

type Ctx = CanvasRenderingContext2D;

const BAR = 8;
const CAP = 14;
const NOTCH = 2.5;
const PLANNED_AT = 44;
/** Lines that cross the bars' middle stand back behind them. */
const QUIET = 0.5;

function rule(ctx: Ctx, colour: string, dash: readonly number[], width: number, ...[x1, y1, x2, y2]: readonly [number, number, number, number]): void {
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.setLineDash([...dash]);
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.stroke();
  ctx.setLineDash([]);
}

function box(ctx: Ctx, colour: string, x: number, y: number, width: number, height: number): void {
  ctx.fillStyle = colour;
  ctx.fillRect(x, y, width, height);
}

/** Everything below the curves. */
export function ground(ctx: Ctx, scene: Scene): void {
  const { model, layout, colours } = scene;
  const { width, height } = layout.inner;
  if (model.window !== null) {
    const from = xIn(layout, model.span, model.window.from);
    box(ctx, colours.window, from, 0, xIn(layout, model.span, model.window.to) - from, height);
  }
  for (let value = 40; value <= 220; value += 20) rule(ctx, colours.line, [], 1, 0, yIn(layout, value), width, yIn(layout, value));
  for (const value of [86, 100]) rule(ctx, colours.line, [], 1, 0, zIn(layout, value), width, zIn(layout, value));
  box(ctx, colours.raised, 0, layout.lane.top, width, layout.lane.height);
  if (model.baseline !== null) {
    const { low, high, systolic } = model.baseline;
    box(ctx, colours.band, 0, yIn(layout, high), width, yIn(layout, low) - yIn(layout, high));
    rule(ctx, colours.ink3, [2, 5], 1.2, 0, yIn(layout, systolic), width, yIn(layout, systolic));
  }
  usual(ctx, scene);
  for (const line of model.lines) {
    const y = line.measure === "spo2" ? zIn(layout, line.value) : yIn(layout, line.value);
    const quiet = line.measure === "diastolic" || (line.measure === "systolic" && !line.above);
    ctx.globalAlpha = quiet ? QUIET : 1;
    rule(ctx, colours[PRIORITY_COLOUR[line.priority]], line.measure === "diastolic" ? [2, 5] : [8, 5], quiet ? 1.2 : 1.5, 0, y, width, y);
  }
  ctx.globalAlpha = 1;
  gaps(ctx, scene);
  bars(ctx, scene);
}

/** Earlier sessions of the patient: a faint band and its middle. */
function usual(ctx: Ctx, { model, layout, colours }: Scene): void {
  const { usual: past, span } = model;
  if (past === null) return;
  const points = past.at.flatMap((at, n) => {
    const [median, low, high] = [past.median[n] ?? null, past.low[n] ?? null, past.high[n] ?? null];
    return median === null || low === null || high === null ? [] : [{ x: xIn(layout, span, at), median, low, high }];
  });
  ctx.save();
  ctx.globalAlpha = 0.16;
  ctx.fillStyle = colours.ink2;
  ctx.beginPath();
  for (const { x, high } of points) ctx.lineTo(x, yIn(layout, high));
  for (const { x, low } of [...points].reverse()) ctx.lineTo(x, yIn(layout, low));
  ctx.fill();
  ctx.globalAlpha = 0.75;
  ctx.strokeStyle = colours.ink3;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  for (const { x, median } of points) ctx.lineTo(x, yIn(layout, median));
  ctx.stroke();
  ctx.restore();
}

function hatched(ctx: Ctx, colours: Palette, x: number, y: number, width: number, height: number): void {
  if (width <= 0) return;
  box(ctx, colours.surface, x, y, width, height);
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, y, width, height);
  ctx.clip();
  ctx.strokeStyle = colours.low;
  ctx.globalAlpha = 0.6;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  for (let at = -height; at < width; at += 7) {
    ctx.moveTo(x + at, y + height);
    ctx.lineTo(x + at + height, y);
  }
  ctx.stroke();
  ctx.restore();
}

const HEART_GAP = 14;

/** Where the sensor was off: over all of the oxygen panel, and a strip at the foot of the pressures for the heart rate. */
function gaps(ctx: Ctx, { model, layout, colours }: Scene): void {
  const place = ({ from, to }: Gap): [number, number] => {
    const x = Math.max(0, xIn(layout, model.span, from));
    return [x, Math.min(layout.inner.width, Math.max(x + 3, xIn(layout, model.span, to))) - x];
  };
  for (const gap of model.gaps.spo2) {
    const [x, width] = place(gap);
    hatched(ctx, colours, x, layout.spo2.top, width, layout.spo2.height);
  }
  for (const gap of model.gaps.heart_rate) {
    const [x, width] = place(gap);
    hatched(ctx, colours, x, layout.pressure.top + layout.pressure.height - HEART_GAP, width, HEART_GAP);
  }
}

function bars(ctx: Ctx, { model, layout, colours }: Scene): void {
  const narrow = layout.inner.width < 500;
  const [half, cap] = narrow ? [2.5, 4.5] : [BAR / 2, CAP / 2];
  for (const bar of model.bars) {
    const x = xIn(layout, model.span, bar.at);
    const before = model.span.zero === null || bar.at < model.span.zero;
    const [top, bottom] = [yIn(layout, bar.systolic), yIn(layout, bar.diastolic)];
    ctx.globalAlpha = bar.suspect ? 0.45 : before ? 0.75 : 1;
    for (const { low, high, priority } of bar.parts) {
      const colour = priority === null ? colours.bar : colours[PART_COLOUR[priority]];
      box(ctx, colour, x - half, yIn(layout, high), 2 * half, Math.max(1, yIn(layout, low) - yIn(layout, high)));
    }
    const [first, last] = [bar.parts[0]?.priority ?? null, bar.parts.at(-1)?.priority ?? null];
    rule(ctx, last === null ? colours.bar : colours[PART_COLOUR[last]], [], 2, x - cap, top, x + cap, top);
    rule(ctx, first === null ? colours.bar : colours[PART_COLOUR[first]], [], 2, x - cap, bottom, x + cap, bottom);
    ctx.globalAlpha = 1;
    if (bar.mean !== null) rule(ctx, colours.surface, [], NOTCH, x - half, yIn(layout, bar.mean), x + half, yIn(layout, bar.mean));
  }
}

function ring(ctx: Ctx, colour: string, x: number, y: number): void {
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1.6;
  ctx.beginPath();
  ctx.arc(x, y, 4, 0, 2 * Math.PI);
  ctx.stroke();
}

/** Everything above the curves: what lies ahead, events' lines, the end of the heart rate, now. */
export function above(ctx: Ctx, scene: Scene, heartRate: { readonly at: number; readonly value: number } | null): void {
  const { model, layout, colours } = scene;
  const { height } = layout.inner;
  const x = (at: number): number => xIn(layout, model.span, at);
  for (const { at, dose } of model.events) rule(ctx, dose ? colours.violet : colours.ink2, [1, 4], 1, x(at), 0, x(at), height);
  if (model.window !== null) rule(ctx, colours.violet, [3, 4], 1.5, x(model.window.to), 0, x(model.window.to), height);
  for (const { at } of model.points) rule(ctx, colours.ink2, [3, 4], 1.2, x(at), 0, x(at), height);
  if (model.earliest !== null) rule(ctx, colours["line-strong"], [3, 4], 1.5, x(model.earliest), 0, x(model.earliest), height);
  for (const at of model.planned) ring(ctx, colours["line-strong"], x(at), yIn(layout, PLANNED_AT));
  if (model.open) rule(ctx, colours.ink, [], 1.5, x(model.now), 0, x(model.now), height);
  if (heartRate === null) return;
  ctx.fillStyle = colours.hr;
  ctx.beginPath();
  ctx.arc(x(heartRate.at), yIn(layout, heartRate.value), 4.5, 0, 2 * Math.PI);
  ctx.fill();
}
