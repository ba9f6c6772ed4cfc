import type { Column } from "./column";

/** A row's padding at both sides, in px. */
export const ROW_PADDING_PX = 16;

/**
 * The columns for which a list of this width has room: while there is none for all of them, the one
 * that yields first is left out. Columns that never yield are always there; a width of 0 is not
 * known yet.
 */
export function fitting(columns: Column[], width_px: number): Column[] {
  if (width_px === 0) return columns;
  let left = columns;
  while (left.reduce((sum, column) => sum + column.least_px, ROW_PADDING_PX) > width_px) {
    const first = Math.max(...left.map((column) => column.yields ?? 0));
    if (first === 0) break;
    // Of several that yield together the last one goes before the others.
    const gone = left.findLast((column) => column.yields === first);
    left = left.filter((column) => column !== gone);
  }
  return left;
}
