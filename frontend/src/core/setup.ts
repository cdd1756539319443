/** What the set-up works out by itself: names for several chairs, mistakes by line, and what of the first steps is done. */

export const MOST_CHAIRS = 60;

const SEVERAL = /^(.*?)(\d{1,4})\s*(?:-|–|to)\s*(\d{1,4})$/;

/** "Chair 1–10" names ten chairs; any other text names one. */
export function chairNames(text: string): readonly string[] {
  const whole = text.trim();
  const [, before = "", first = "", last = ""] = SEVERAL.exec(whole) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (first === "" || to < from || before.trim() === "") return whole === "" ? [] : [whole];
  return Array.from({ length: to - from + 1 }, (_, index) => `${before}${String(from + index).padStart(first.startsWith("0") ? first.length : 0, "0")}`);
}

/** Those of the names that no chair has yet; case does not matter to people. */
export function newNames(names: readonly string[], taken: readonly string[]): readonly string[] {
  const known = new Set(taken.map((name) => name.trim().toLowerCase()));
  return names.filter((name) => !known.has(name.trim().toLowerCase()));
}

export interface Mistake {
  /** Null where the mistake is of no single line. */
  readonly line: number | null;
  readonly text: string;
}

const LINE = /^[^,]{0,80}, line (\d+): /;

/** The mistakes in a protocol as the server tells them, in the order of their lines. */
export function mistakesOf(errors: unknown): readonly Mistake[] {
  const items = Array.isArray(errors) ? errors : [];
  const found = items.map((item: unknown): Mistake => {
    const detail = typeof item === "object" && item !== null && "detail" in item ? String(item.detail) : String(item);
    const line = LINE.exec(detail);
    return { line: line === null ? null : Number(line[1]), text: line === null ? detail : detail.slice(line[0].length) };
  });
  return found.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

export interface Standing {
  readonly chairs: number;
  readonly gateways: number;
  /** Devices that stand at a chair, and those that have ever sent a reading. */
  readonly placed: number;
  readonly heard: number;
  readonly nurses: number;
  readonly clinicians: number;
  /** Protocol versions that people of this clinic have saved. */
  readonly own: number;
  readonly onShift: boolean;
}

export type StepName = "chairs" | "gateways" | "devices" | "people" | "protocols" | "shift";

export interface Step {
  readonly name: StepName;
  readonly done: boolean;
}

/** The first steps in their order, from what exists. */
export function firstSteps(now: Standing): readonly Step[] {
  return [
    { name: "chairs", done: now.chairs > 0 },
    { name: "gateways", done: now.gateways > 0 },
    { name: "devices", done: now.placed > 0 && now.heard > 0 },
    { name: "people", done: now.nurses > 0 && now.clinicians > 0 },
    { name: "protocols", done: now.own > 0 },
    { name: "shift", done: now.onShift },
  ];
}

/** The devices that `kat-monitor simulate` speaks for: a monitor and a cuff at each of the first chairs. */
export function simulatedDevices(chairIds: readonly string[], gatewayId: string): readonly Readonly<Record<string, unknown>>[] {
  return chairIds.flatMap((chair_id, index) => [
    { code: `sim-${index + 1}-monitor`, label: `Simulated monitor ${index + 1}`, kind: "monitor", gateway_id: gatewayId, chair_id, interval_s: 1 },
    { code: `sim-${index + 1}-cuff`, label: `Simulated cuff ${index + 1}`, kind: "cuff", gateway_id: gatewayId, chair_id, interval_s: 300 },
  ]);
}

export const simulateCommand = (url: string, key: string, sessions: number): string => `kat-monitor simulate --url ${url} --key ${key} --sessions ${sessions}`;

const LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";

/** A password nobody has to think up: four groups of five, without letters that look alike. */
export function newPassword(random: Uint8Array): string {
  // 31 letters: the last bytes are left out, so that each is as likely as any other.
  const letters = Array.from(random).filter((byte) => byte < 248).map((byte) => LETTERS[byte % LETTERS.length] ?? "");
  return [0, 5, 10, 15].map((at) => letters.slice(at, at + 5).join("")).join("-");
}
