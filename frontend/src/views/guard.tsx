/** Where a view cannot be drawn for a fault, its place says so: the others go on, and nothing old stands there as if it were live. */

import { Component, type ComponentChildren } from "preact";
import { W } from "../words.ts";

const AGAIN_MS = 15_000;

interface GuardParts {
  /** What would stand here: a chair, a page. */
  readonly what: string;
  readonly children: ComponentChildren;
}

/** Tries again by itself: what could not be drawn may have been one value, and the next one is another. */
export class Guard extends Component<GuardParts, { readonly failed: boolean }> {
  override state = { failed: false };
  private again: ReturnType<typeof setTimeout> | null = null;

  override componentDidCatch(failure: unknown): void {
    reportError(failure); // it stays a fault: the console has it, with where it came from
    this.setState({ failed: true });
    this.again ??= setTimeout(() => {
      this.again = null;
      this.setState({ failed: false });
    }, AGAIN_MS);
  }

  override componentWillUnmount(): void {
    if (this.again !== null) clearTimeout(this.again);
  }

  override render({ what, children }: GuardParts) {
    if (!this.state.failed) return children;
    return (
      <section class="fault" role="status" data-test="fault">
        <b>{what}</b> {W.fault}
      </section>
    );
  }
}
