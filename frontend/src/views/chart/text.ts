/** How wide a text will be on the page, for placing labels before they are drawn. */

const FONT = '600 13.5px "Inter Variable", Inter, system-ui, sans-serif';
/** Where nothing can measure. */
const EACH_PX = 7.6;

let measure: CanvasRenderingContext2D | null | undefined;

export function widthOf(text: string): number {
  if (measure === undefined) {
    measure = document.createElement("canvas").getContext("2d");
    if (measure !== null) measure.font = FONT;
  }
  return measure === null ? text.length * EACH_PX : measure.measureText(text).width;
}

/** Whether this browser can draw the chart at all; the table stands for it otherwise. */
export const canDraw = (): boolean => typeof Path2D === "function" && document.createElement("canvas").getContext("2d") !== null;
