/** What a limit's code says about what it watches, for words and for marking the number: `rise_systolic_symptom`, `heart_rate_low`. */

export type Measure = "systolic" | "diastolic" | "mean" | "heart_rate" | "respiratory_rate" | "spo2" | "temperature";

const MEASURES: readonly Measure[] = ["systolic", "diastolic", "mean", "heart_rate", "respiratory_rate", "spo2", "temperature"];

export interface LimitParts {
  readonly measure: Measure | null;
  /** `baseline`: judged by its distance from the patient's own baseline; `rate`: by change per minute. */
  readonly kind: "plain" | "baseline" | "rate";
}

export function limitParts(code: string): LimitParts {
  const measure = MEASURES.find((name) => code.includes(name)) ?? null;
  const rest = measure === null ? code : code.replace(measure, "");
  const words = rest.split("_");
  if (words.includes("rate")) return { measure, kind: "rate" };
  return { measure, kind: words.includes("rise") || words.includes("fall") ? "baseline" : "plain" };
}
