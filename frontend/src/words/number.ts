/** How numbers are written on the screen. */

/** A measured value with at most one decimal and a true minus sign. */
export function number(value: number): string {
  const rounded = Math.round(value * 10) / 10;
  return String(rounded).replace("-", "−");
}

/** What somebody typed or decided, as it is: 0.25 mg of a medicine is not 0.3 mg. Only the noise of binary fractions is left out. */
export const exact = (value: number): string => String(Number(value.toPrecision(12))).replace("-", "−");
