/** Shapes that differ by priority and kind, so that colour never carries the meaning alone. */

import type { Alert } from "../wire/types.ts";

const SHAPES = {
  high: <path d="M8.2 2h7.6L22 8.2v7.6L15.8 22H8.2L2 15.8V8.2z" />,
  medium: <path d="M12 2.5 23 21.5H1z" />,
  low: <circle cx="12" cy="12" r="10" />,
};

const INK = {
  high: <path class="ink" d="M12 6.5v7M12 17.2v.6" />,
  medium: <path class="ink" d="M12 9.5v5.5M12 18v.4" />,
  low: <path class="ink" d="M12 6.8v5.6l3.4 2.2" />,
};

const LINK = <path class="ink" d="M9 15l6-6M8 11l-2 2a3.4 3.4 0 0 0 5 5l2-2M11 8l2-2a3.4 3.4 0 0 1 5 5l-2 2" />;
const CHECK = <path class="ink" d="M7 12.5l3.4 3.4L17 9" />;

type Shape = Pick<Alert, "kind" | "priority"> | "met";

/** An alert's shape, or the mark of criteria that are met (neutral: it asks for nothing). */
export function Glyph({ alert }: { alert: Shape }) {
  const met = alert === "met";
  const technical = !met && alert.kind === "technical";
  return (
    <svg class="glyph" viewBox="0 0 24 24" aria-hidden="true" data-shape={met ? "met" : technical ? `link-${alert.priority}` : alert.priority}>
      {met ? SHAPES.low : technical ? <rect x="2" y="2" width="20" height="20" rx="4" /> : SHAPES[alert.priority]}
      {met ? CHECK : technical ? LINK : INK[alert.priority]}
    </svg>
  );
}
