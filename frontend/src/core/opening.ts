/** What an opening check still lacks, and what is sent of it. */

export type Item = "sound_heard" | "oxygen" | "suction" | "resuscitation_bag" | "rescue_medicines_in_date";
export type Answer = "yes" | "no" | "not_here";
export type Answers = { readonly [I in Item]?: Answer };

/** Items without an answer, and those answered no without a word about it. */
export function incomplete(items: readonly Item[], answers: Answers, note: (item: Item) => string): readonly Item[] {
  return items.filter((item) => answers[item] === undefined || (answers[item] === "no" && note(item).trim() === ""));
}

export interface CheckBody {
  readonly answers: Answers;
  readonly notes: Readonly<Record<string, string>>;
  readonly chairs_confirmed: readonly string[];
}

export function answersOf(items: readonly Item[], answers: Answers, fields: FormData): CheckBody {
  const notes = items.flatMap((item) => {
    const text = String(fields.get(`notes.${item}`) ?? "").trim();
    return answers[item] === "no" && text !== "" ? [[item, text] as const] : [];
  });
  return { answers, notes: Object.fromEntries(notes), chairs_confirmed: fields.getAll("chairs_confirmed").map(String) };
}
