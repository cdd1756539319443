/** How the tiles share a screen: the largest density at which every chair is seen at once, never a second page. */

export type Density = "L" | "M" | "S";

export interface Layout {
  readonly density: Density;
  readonly columns: number;
  /** All tiles fit without scrolling; otherwise the wall scrolls and rows keep their least height. */
  readonly fits: boolean;
  /** The alerts and what is due stand beside the tiles; else below them. */
  readonly beside: boolean;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The least size of a tile in CSS pixels at which nothing in it is cut off. The style sheet uses the same numbers. */
export const LEAST: Record<Density, Size> = {
  L: { width: 330, height: 296 },
  M: { width: 230, height: 208 },
  S: { width: 138, height: 153 },
};

export const MOST: Record<Density, number> = { L: 12, M: 24, S: Number.POSITIVE_INFINITY };

export const GAP = 12;
/** The height of the top bar; on narrower windows it takes two lines. */
export const topHeight = (width: number): number => (width >= ONE_LINE_FROM ? 64 : 112);
const ONE_LINE_FROM = 1_600;
export const BESIDE_FROM = 1_101;
export const railWidth = (width: number): number => (width > 1_600 ? 364 : 320);

/** The columns that make `count` tiles largest, by the narrower of their two measures; null when they are below the least. */
function best(count: number, area: Size, least: Size): number | null {
  let found: number | null = null;
  let largest = 1;
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const width = (area.width - GAP * (columns + 1)) / columns;
    const height = (area.height - GAP * (rows + 1)) / rows;
    const scale = Math.min(width / least.width, height / least.height);
    if (scale >= largest) [found, largest] = [columns, scale];
  }
  return found;
}

/** Depends on nothing but the number of chairs and the window, so that neither an alarm nor a banner moves a tile. */
export function layoutOf(count: number, { width, height }: Size): Layout {
  const beside = width >= BESIDE_FROM;
  const area: Size = { width: beside ? width - railWidth(width) : width, height: height - topHeight(width) };
  const chairs = Math.max(1, count);
  for (const density of ["L", "M", "S"] as const) {
    if (chairs > MOST[density] || (density === "S" && !beside)) continue;
    const columns = best(chairs, area, LEAST[density]);
    if (columns !== null) return { density, columns, fits: true, beside };
  }
  const density = !beside || chairs <= MOST.L ? "L" : chairs <= MOST.M ? "M" : "S";
  const columns = Math.max(1, Math.floor((area.width - GAP) / (LEAST[density].width + GAP)));
  return { density, columns: Math.min(columns, chairs), fits: false, beside };
}
