/** How numbers are written on the screen. */

/** A value with at most one decimal and a true minus sign. */
export function number(value: number): string {
  const rounded = Math.round(value * 10) / 10;
  return String(rounded).replace("-", "−");
}
