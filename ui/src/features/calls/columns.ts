import type { SortBy } from "../../api/bindings";
import { chosenIds, type Column } from "../../kit/table/column";
import { fitting } from "../../kit/table/fit";
import { roomFor, roomForHead } from "../../kit/table/width";
import { directory } from "../../kit/directory.svelte";
import { m } from "../../paraglide/messages";
import { directionName, RESULTS, DIRECTIONS, resultName } from "./names";

type Known = Omit<Column, "label" | "sort"> & { name: () => string; sort: SortBy; /** All it can say, where that is little: it is never cut. */ says?: () => string[]; /** Names that it mostly has. */ names?: () => string[] };

/** The shape before a word, in px. */
const SHAPE_PX = 20;
/** Room for the longest word or name, in px; beyond it the tooltip says the rest. */
const SAID_MOST_PX = { word: 124, name: 198 };

/** The least width in the language that is shown, in px. */
function least(column: Known): number {
  if (column.bare) return column.least_px;
  const head = roomForHead(column.name());
  const word = column.says ? Math.min(SAID_MOST_PX.word, roomFor(column.says()) + SHAPE_PX) : 0;
  const name = column.names ? Math.min(SAID_MOST_PX.name, roomFor(column.names())) : 0;
  return Math.max(column.least_px, head, word, name);
}

/** Every column of Call Details, in its first order. */
export const COLUMNS: Known[] = [
  { id: "recording", name: m.column_recording, least_px: 40, grow: 0, bare: true, sort: "recording" },
  { id: "started_at", name: m.column_started_at, least_px: 130, grow: 0.1, sort: "started_at" },
  { id: "direction", name: m.column_direction, least_px: 80, grow: 0, yields: 4, sort: "direction", says: () => DIRECTIONS.map(directionName) },
  { id: "client", name: m.column_client, least_px: 100, grow: 1.3, yields: 2, sort: "client", names: () => directory.clients.map((client) => client.name) },
  { id: "user", name: m.column_user, least_px: 122, grow: 1, yields: 3, sort: "user" },
  { id: "from", name: m.column_from, least_px: 112, grow: 0.8, sort: "from" },
  { id: "name", name: m.column_name, least_px: 112, grow: 1, yields: 5, sort: "name" },
  { id: "to", name: m.column_to, least_px: 112, grow: 0.8, sort: "to" },
  { id: "ring", name: m.column_ring, least_px: 60, grow: 0, align: "end", sort: "ring" },
  { id: "talk", name: m.column_talk, least_px: 56, grow: 0, align: "end", yields: 1, sort: "talk" },
  { id: "result", name: m.column_result, least_px: 88, grow: 0, sort: "result", says: () => RESULTS.map(resultName) },
  { id: "cause", name: m.column_cause, least_px: 116, grow: 0.8, sort: "cause" },
  { id: "legs", name: m.column_legs, least_px: 52, grow: 0, align: "end", yields: 6, sort: "legs" },
];

/** Shown until the person chooses. */
const FIRST = ["recording", "started_at", "direction", "client", "user", "from", "name", "to", "talk", "result", "legs"];

/** Whether a column tells anything here: whose a call is, where it could be somebody else's. */
export const hasColumn = (id: string): boolean => (id === "client" ? directory.several : id === "user" ? directory.severalUsers : true);

/** The ids to show, in order. */
export const shownIds = (saved: string[]): string[] => chosenIds(saved, COLUMNS.map((column) => column.id), FIRST);

/** The columns that the person chose, in that order; of the usual ones those for which a list of this width has room. */
export function columns(saved: string[], width_px: number): Column[] {
  const usual = shownIds(saved).flatMap((id) => {
    const found = COLUMNS.find((column) => column.id === id);
    return found && hasColumn(id) ? [{ ...found, label: found.name(), least_px: least(found) }] : [];
  });
  return saved.length > 0 ? usual : fitting(usual, width_px);
}
