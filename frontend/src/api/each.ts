/** Several reads at once, a few at a time: a list of every chair must not hold up what the wall asks for. */

import type { Answer } from "./http.ts";

const AT_ONCE = 4;

/** The answers in the order of the paths, each told as it comes. */
export async function each<T>(paths: readonly string[], read: (path: string) => Promise<Answer<T>>, tell: (index: number, answer: Answer<T>) => void): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next; index < paths.length; index = next) {
      next += 1;
      tell(index, await read(paths[index] ?? ""));
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, paths.length) }, worker));
}
