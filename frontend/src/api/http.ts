/** Requests to `/api/v1`: an answer is a value, whether it is good, refused or never came. */

import { attended } from "../touched.ts";

export interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly [field: string]: unknown;
}

/** `status` 0: no answer in time, or no server. */
export type Answer<T> = { readonly ok: true; readonly status: number; readonly body: T; /** The list goes on. */ readonly more?: boolean } | { readonly ok: false; readonly status: number; readonly problem: Problem };

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface Options {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly key?: string;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;

export function address(path: string): string {
  return new URL(`api/v1/${path}`, document.baseURI).href;
}

export async function request<T>(method: Method, path: string, options: Options = {}): Promise<Answer<T>> {
  const headers: Record<string, string> = { Accept: "application/json", ...options.headers };
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  if (options.key !== undefined) headers["Idempotency-Key"] = options.key;
  if (method === "GET" && !attended()) headers["Kat-Unattended"] = "1";
  const init: RequestInit = { method, headers, credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS) };
  if (options.body !== undefined) init.body = JSON.stringify(options.body);
  try {
    const response = await fetch(address(path), init);
    const body: unknown = await parsed(response);
    const more = (response.headers.get("Link") ?? "").includes('rel="next"');
    return response.ok ? { ok: true, status: response.status, body: body as T, more } : { ok: false, status: response.status, problem: problem(body) };
  } catch (failure) {
    if (!isNoAnswer(failure)) throw failure;
    return { ok: false, status: 0, problem: { code: "no_answer", detail: "" } };
  }
}

async function parsed(response: Response): Promise<unknown> {
  if (response.status === 204) return null;
  const text = await response.text();
  return (response.headers.get("Content-Type") ?? "").includes("json") && text !== "" ? JSON.parse(text) : null;
}

function problem(body: unknown): Problem {
  const found = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  return { ...found, code: String(found["code"] ?? "unknown"), detail: String(found["detail"] ?? "") };
}

/** fetch says TypeError for "no server", and a named DOMException for "too slow"; a cut answer is not JSON. */
function isNoAnswer(failure: unknown): boolean {
  return failure instanceof TypeError || failure instanceof SyntaxError || (failure instanceof DOMException && ["TimeoutError", "AbortError"].includes(failure.name));
}

/** A random UUID; `crypto.randomUUID` is missing on plain http, where a clinic's own network may well serve this. */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
