/** The page's own colours for what is drawn on canvas, read anew whenever theme or medium change. */

const NAMES = ["surface", "line", "line-strong", "ink", "ink2", "ink3", "violet", "window", "band", "bar", "hr", "high", "med", "low", "med-fill", "raised"] as const;

export type Palette = Readonly<Record<(typeof NAMES)[number], string>>;

export function palette(): Palette {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim() || "#888"])) as Palette;
}

export const PRIORITY_COLOUR = { high: "high", medium: "med", low: "low" } as const;
/** Of a bar's part: strong enough beside grey in both themes. */
export const PART_COLOUR = { high: "high", medium: "med-fill", low: "low" } as const;
