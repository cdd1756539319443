/** A form's fields as the body of a request: dotted names become parts, empty fields are left out, numbers are numbers. */

export type Fields = Iterable<readonly [string, unknown]>;
type Parts = { [name: string]: unknown };

const NUMBER = /^[+\u2212-]?(\d+([.,]\d*)?|[.,]\d+)$/;

/** `1,000` is a thousand to one person and one to another: it is no number here. `0,125` can only be a fraction. */
const THOUSANDS = /^[+\u2212-]?[1-9]\d{0,2},\d{3}$/;

/** What is no number goes out as it was typed, so that the server can say so of its field. */
export function numeric(text: string): number | string {
  return NUMBER.test(text) && !THOUSANDS.test(text) ? Number(text.replace(",", ".").replace("\u2212", "-")) : text;
}

function put(into: Parts, path: readonly string[], value: unknown): void {
  const [name = "", ...rest] = path;
  if (rest.length === 0) {
    into[name] = value;
    return;
  }
  const inside = (into[name] ??= {}) as Parts;
  put(inside, rest, value);
}

/** `numbers`: the fields that hold one; `yesNo`: those whose "yes" and "no" are true and false. */
export function bodyOf(fields: Fields, numbers: readonly string[] = [], yesNo: readonly string[] = []): Parts {
  const body: Parts = {};
  for (const [name, given] of fields) {
    const text = typeof given === "string" ? given.trim() : "";
    if (text === "") continue;
    put(body, name.split("."), numbers.includes(name) ? numeric(text) : yesNo.includes(name) ? text === "yes" : text);
  }
  return body;
}
