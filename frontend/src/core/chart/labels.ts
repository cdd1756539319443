/** Where labels go so that none covers another: beside marks in two rows, then as numbers; and one below the other at the edge. */

export interface Mark {
  readonly x: number;
  /** Of its label, px. */
  readonly width: number;
}

export interface Placed {
  readonly row: 0 | 1 | 2;
  readonly side: "right" | "left";
  /** Its number in the list below the chart; null: its label stands beside it. */
  readonly number: number | null;
  /** Numbers that share one place, said once: `2–4`; null where another says it. */
  readonly said: string | null;
}

const MARK_PX = 8;
const BESIDE_PX = 11;
const SPACE_PX = 8;
const NUMBER_PX = 22;

interface Taken {
  readonly from: number;
  readonly to: number;
}

const free = (row: readonly Taken[], { from, to }: Taken): boolean => row.every((other) => to + SPACE_PX <= other.from || from >= other.to + SPACE_PX);

function room({ x, width }: Mark, side: Placed["side"]): Taken {
  return side === "right" ? { from: x - MARK_PX, to: x + BESIDE_PX + width } : { from: x - BESIDE_PX - width, to: x + MARK_PX };
}

/** Marks from left to right within `left` and `right`: beside in the first row, then the second, else numbered. */
export function placeLabels(marks: readonly Mark[], left: number, right: number): readonly Placed[] {
  const rows: [Taken[], Taken[]] = [[], []];
  const order = marks.map((_, n) => n).sort((a, b) => (marks[a]?.x ?? 0) - (marks[b]?.x ?? 0));
  const placed = new Map<number, Placed>();
  let numbered = 0;
  for (const n of order) {
    const mark = marks[n];
    if (mark === undefined) continue;
    const found = ([0, 1] as const).flatMap((row) => (["right", "left"] as const).map((side) => ({ row, side, taken: room(mark, side) }))).find(({ row, taken }) => taken.from >= left && taken.to <= right && free(rows[row], taken));
    if (found === undefined) placed.set(n, { row: 2, side: "right", number: (numbered += 1), said: null });
    else {
      rows[found.row].push(found.taken);
      placed.set(n, { row: found.row, side: found.side, number: null, said: null });
    }
  }
  return together(marks, order, placed);
}

/** Numbers that would touch are said at the first of them. */
function together(marks: readonly Mark[], order: readonly number[], placed: ReadonlyMap<number, Placed>): readonly Placed[] {
  const numbers = order.filter((n) => placed.get(n)?.number !== null);
  const said = new Map<number, string>();
  let group: number[] = [];
  const close = (): void => {
    const [first, last] = [group[0], group.at(-1)];
    if (first === undefined || last === undefined) return;
    const [from, to] = [placed.get(first)?.number, placed.get(last)?.number];
    said.set(first, from === to ? `${from}` : `${from}–${to}`);
  };
  for (const n of numbers) {
    const before = group.at(0);
    const near = before !== undefined && (marks[n]?.x ?? 0) - (marks[before]?.x ?? 0) < NUMBER_PX + SPACE_PX;
    if (!near) {
      close();
      group = [];
    }
    group.push(n);
  }
  close();
  return marks.map((_, n) => ({ ...(placed.get(n) ?? { row: 2, side: "right", number: null }), said: said.get(n) ?? null }) as Placed);
}

/** Heights moved apart to at least `gap`, as little as possible, between `top` and `bottom`; in the order given. */
export function spread(heights: readonly number[], gap: number, top: number, bottom: number): readonly number[] {
  const order = heights.map((_, n) => n).sort((a, b) => (heights[a] ?? 0) - (heights[b] ?? 0) || a - b);
  const out = heights.map((height) => Math.min(bottom, Math.max(top, height)));
  order.forEach((n, place) => {
    const above = place === 0 ? top : (out[order[place - 1] ?? n] ?? top) + gap;
    out[n] = Math.max(out[n] ?? 0, above);
  });
  for (let place = order.length - 1; place >= 0; place -= 1) {
    const n = order[place] ?? 0;
    const below = place === order.length - 1 ? bottom : (out[order[place + 1] ?? n] ?? bottom) - gap;
    out[n] = Math.min(out[n] ?? 0, below);
  }
  return out;
}

/** The row of each stretch so that none overlaps another, as few rows as it takes; stretches in the order of their beginning. */
export function packed(stretches: readonly { readonly from: number; readonly to: number }[]): readonly number[] {
  const ends: number[] = [];
  const order = stretches.map((_, n) => n).sort((a, b) => (stretches[a]?.from ?? 0) - (stretches[b]?.from ?? 0));
  const rows = Array<number>(stretches.length).fill(0);
  for (const n of order) {
    const stretch = stretches[n];
    if (stretch === undefined) continue;
    const found = ends.findIndex((end) => end <= stretch.from);
    const row = found < 0 ? ends.length : found;
    ends[row] = stretch.to;
    rows[n] = row;
  }
  return rows;
}
