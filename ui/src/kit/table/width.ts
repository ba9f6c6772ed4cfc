/** Width of a letter where nothing is drawn, in px, on the wide side. */
const LETTER_PX = 6.6;
/** A cell's padding, in px. */
const CELL_PX = 16;
/** Texts that are measured: the longest in letters are hardly ever not the widest too. */
const MEASURED = 3;

let pen: CanvasRenderingContext2D | null | undefined;

/** How wide a text is drawn in a table, in px. */
function drawnPx(text: string): number {
  if (pen === undefined) {
    pen = typeof document === "undefined" ? null : document.createElement("canvas").getContext("2d");
    if (pen) pen.font = `500 12px ${getComputedStyle(document.body).fontFamily}`;
  }
  return pen ? pen.measureText(text).width : text.length * LETTER_PX;
}

/** The arrow of a sorted header and the room around it, in px. */
const ARROW_PX = 20;

/** The width of a header, sorted or not, in px. */
export const roomForHead = (label: string): number => roomFor([label]) + ARROW_PX;

/** The width of a cell that has room for each of these texts, in px. */
export function roomFor(texts: string[]): number {
  const longest = [...new Set(texts)].sort((a, b) => b.length - a.length).slice(0, MEASURED);
  return Math.ceil(Math.max(0, ...longest.map(drawnPx)) + CELL_PX);
}
