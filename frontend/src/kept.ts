/** Small choices of one screen, kept in its browser; where storage is switched off they last until the page is loaded again. */

function guarded<T>(use: () => T, otherwise: T): T {
  try {
    return use();
  } catch (failure) {
    if (failure instanceof DOMException) return otherwise;
    throw failure;
  }
}

export const kept = (key: string): string | null => guarded(() => localStorage.getItem(`kat-monitor-${key}`), null);
export const keep = (key: string, value: string): void => guarded(() => localStorage.setItem(`kat-monitor-${key}`, value), undefined);
