/** Finding a chair by its own name or by what this screen says of who sits there. */

export interface Found {
  readonly id: string;
  readonly label: string;
  readonly who: string;
}

const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();

/** Every word of the query begins some word of the chair or the patient; digits also the whole number: `2` is Chair 2 before Chair 12. */
export function found(chairs: readonly Found[], query: string): readonly Found[] {
  const wanted = plain(query).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return chairs;
  const words = (chair: Found): string[] => plain(`${chair.label} ${chair.who}`).split(/[\s-]+/);
  const exact = (chair: Found): number => (wanted.every((word) => words(chair).includes(word)) ? 0 : 1);
  return chairs.filter((chair) => wanted.every((word) => words(chair).some((one) => one.startsWith(word)))).sort((a, b) => exact(a) - exact(b));
}
