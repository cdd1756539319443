/** The cuff readings among a session's columns: what a baseline may be made of, and what may be struck. */

/** `GET /sessions/{id}/readings`: columns of equal length. */
export interface Columns {
  readonly effective_at: readonly string[];
  readonly device: readonly string[];
  readonly seq: readonly number[];
  readonly source: readonly string[];
  readonly status: readonly (readonly string[])[];
  readonly suspect: readonly boolean[];
  readonly voided: readonly boolean[];
  readonly systolic: readonly (number | null)[];
  readonly diastolic: readonly (number | null)[];
  readonly heart_rate: readonly (number | null)[];
}

export interface Cuff {
  readonly device: string;
  readonly seq: number;
  readonly at: string;
  readonly systolic: number | null;
  readonly diastolic: number | null;
  readonly heart_rate: number | null;
  readonly doubtful: boolean;
  readonly voided: boolean;
}

const CUFFS: ReadonlySet<string> = new Set(["nibp", "manual"]);

/** Newest first; a cuff that could not measure is left out. */
export function cuffsOf(columns: Columns): readonly Cuff[] {
  const found: Cuff[] = [];
  for (let at = columns.seq.length - 1; at >= 0; at -= 1) {
    if (!CUFFS.has(columns.source[at] ?? "") || (columns.systolic[at] ?? null) === null) continue;
    found.push({
      device: columns.device[at] ?? "",
      seq: columns.seq[at] ?? 0,
      at: columns.effective_at[at] ?? "",
      systolic: columns.systolic[at] ?? null,
      diastolic: columns.diastolic[at] ?? null,
      heart_rate: columns.heart_rate[at] ?? null,
      doubtful: columns.suspect[at] === true || (columns.status[at] ?? []).length > 0,
      voided: columns.voided[at] === true,
    });
  }
  return found;
}

export const keyOf = ({ device, seq }: { readonly device: string; readonly seq: number }): string => `${device}:${seq}`;
