/** Where a panel's list is to stand: that it comes, or that it could not be read and can be asked for again. */

import { ACT } from "../../words.ts";
import type { Read } from "./read.ts";

export function NotRead({ of }: { of: Pick<Read<unknown>, "body" | "failed" | "again"> }) {
  if (of.failed)
    return (
      <p class="not-read" role="alert" data-test="not-read">
        {ACT.readFailed}{" "}
        <button type="button" class="btn" data-test="read-again" onClick={of.again}>
          {ACT.again}
        </button>
      </p>
    );
  return of.body === null ? <p role="status">{ACT.loading}</p> : null;
}
