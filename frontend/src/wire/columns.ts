/** The columns of `GET /sessions/{id}/readings`: one place per reading, or per step. */

type Column<T> = readonly T[];

/** `cuff=true`: as stored. */
export interface CuffColumns {
  readonly effective_at: Column<string>;
  readonly device: Column<string>;
  readonly seq: Column<number>;
  readonly source: Column<string>;
  readonly suspect: Column<boolean>;
  readonly late: Column<boolean>;
  readonly voided: Column<boolean>;
  readonly systolic: Column<number | null>;
  readonly diastolic: Column<number | null>;
  readonly mean: Column<number | null>;
  readonly heart_rate: Column<number | null>;
}

export interface Thinned {
  readonly min: Column<number | null>;
  readonly mean: Column<number | null>;
  readonly max: Column<number | null>;
}

/** With a `step`: each step by its beginning. */
export interface StepColumns {
  readonly step_s: number;
  readonly effective_at: Column<string>;
  readonly heart_rate: Thinned;
  readonly spo2: Thinned;
}
