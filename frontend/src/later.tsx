/** Pages that are fetched when somebody goes there, or before that while nothing else is to do: the wall comes first. */

import { signal } from "@preact/signals";
import type { ComponentType, VNode } from "preact";
import { useEffect } from "preact/hooks";
import { W } from "./words.ts";

type Drawn<P> = ComponentType<P>;
type State<P> = { readonly kind: "none" | "fetching" | "failed" } | { readonly kind: "here"; readonly Page: Drawn<P> };

export interface Later<P> {
  (props: P & object): VNode;
  /** Fetches it, unless it is here already. */
  fetch(): Promise<void>;
}

/** A script that does not come is a TypeError by the standard, a style sheet an Error of the bundler; anything else is a fault of the page itself. */
const isAway = (failure: unknown): boolean => failure instanceof TypeError || (failure instanceof Error && failure.message.startsWith("Unable to preload CSS"));

/** A page behind its own file. Where that cannot be fetched it says so and offers to try again: never a blank screen. */
export function later<P>(load: () => Promise<Drawn<P>>): Later<P> {
  const state = signal<State<P>>({ kind: "none" });

  async function fetch(): Promise<void> {
    if (state.peek().kind === "here" || state.peek().kind === "fetching") return;
    state.value = { kind: "fetching" };
    try {
      state.value = { kind: "here", Page: await load() };
    } catch (failure) {
      state.value = { kind: "failed" };
      if (!isAway(failure)) throw failure;
    }
  }

  function Page(props: P & object) {
    useEffect(() => void fetch(), []);
    const now = state.value;
    if (now.kind === "here") return <now.Page {...props} />;
    return (
      <main class="sheet" data-test="page-fetching" aria-busy={now.kind !== "failed"}>
        {now.kind === "failed" ? (
          <p role="alert">
            {W.pageFailed}{" "}
            <button type="button" class="btn" onClick={() => void fetch()}>
              {W.tryAgain}
            </button>
          </p>
        ) : (
          <p class="none">{W.pageComing}</p>
        )}
      </main>
    );
  }

  return Object.assign(Page, { fetch });
}
