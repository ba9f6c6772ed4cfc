import type { SortBy } from "../../api/bindings";
import { chosenIds, type Column } from "../../kit/table/column";
import { m } from "../../paraglide/messages";
import { directionName, RESULTS, DIRECTIONS, resultName } from "./names";

type Known = Omit<Column, "label" | "sort"> & { name: () => string; sort: SortBy; /** All it can say, where that is little: it is never cut. */ says?: () => string[] };

/** Width of a letter at the size of the table, in px, on the wide side. */
const LETTER_PX = 6.6;
/** A cell's padding and the arrow of a sorted header, in px. */
const HEAD_PX = 28;
/** A cell's padding and the shape before the word, in px. */
const SHAPE_PX = 40;

/** Room for the longest word, in px; beyond it the tooltip says the rest. */
const SAID_MOST_PX = 124;

/** The least width in the language that is shown, in px. */
function least(column: Known): number {
  if (column.bare) return column.least_px;
  const head = column.name().length * LETTER_PX + HEAD_PX;
  const said = Math.min(SAID_MOST_PX, Math.max(0, ...(column.says?.() ?? []).map((word) => word.length * LETTER_PX + SHAPE_PX)));
  return Math.ceil(Math.max(column.least_px, head, said));
}

/** Every column of Call Details, in its first order. */
export const COLUMNS: Known[] = [
  { id: "recording", name: m.column_recording, least_px: 40, grow: 0, bare: true, sort: "recording" },
  { id: "started_at", name: m.column_started_at, least_px: 138, grow: 0.1, sort: "started_at" },
  { id: "direction", name: m.column_direction, least_px: 80, grow: 0, sort: "direction", says: () => DIRECTIONS.map(directionName) },
  { id: "client", name: m.column_client, least_px: 80, grow: 1.3, sort: "client" },
  { id: "user", name: m.column_user, least_px: 62, grow: 1, sort: "user" },
  { id: "from", name: m.column_from, least_px: 118, grow: 0.8, sort: "from" },
  { id: "name", name: m.column_name, least_px: 62, grow: 1, sort: "name" },
  { id: "to", name: m.column_to, least_px: 118, grow: 0.8, sort: "to" },
  { id: "ring", name: m.column_ring, least_px: 60, grow: 0, align: "end", sort: "ring" },
  { id: "talk", name: m.column_talk, least_px: 56, grow: 0, align: "end", sort: "talk" },
  { id: "result", name: m.column_result, least_px: 88, grow: 0, sort: "result", says: () => RESULTS.map(resultName) },
  { id: "cause", name: m.column_cause, least_px: 116, grow: 0.8, sort: "cause" },
  { id: "legs", name: m.column_legs, least_px: 52, grow: 0, align: "end", sort: "legs" },
];

/** Shown until the person chooses. */
const FIRST = ["recording", "started_at", "direction", "client", "user", "from", "name", "to", "talk", "result", "legs"];

/** The ids to show, in order. */
export const shownIds = (saved: string[]): string[] => chosenIds(saved, COLUMNS.map((column) => column.id), FIRST);

/** The columns to show, in the person's order. */
export function columns(saved: string[]): Column[] {
  return shownIds(saved).flatMap((id) => {
    const found = COLUMNS.find((column) => column.id === id);
    return found ? [{ ...found, label: found.name(), least_px: least(found) }] : [];
  });
}
