import type { SortBy } from "../../api/bindings";
import type { Column } from "../../kit/table/column";
import { m } from "../../paraglide/messages";

type Known = Omit<Column, "label" | "sort"> & { name: () => string; sort: SortBy };

/** Every column of Call Details, in its first order. */
export const COLUMNS: Known[] = [
  { id: "recording", name: m.column_recording, least_px: 40, grow: 0, bare: true, sort: "recording" },
  { id: "started_at", name: m.column_started_at, least_px: 136, grow: 0.3, sort: "started_at" },
  { id: "direction", name: m.column_direction, least_px: 104, grow: 0, sort: "direction" },
  { id: "client", name: m.column_client, least_px: 80, grow: 1.1, sort: "client" },
  { id: "user", name: m.column_user, least_px: 64, grow: 0.9, sort: "user" },
  { id: "from", name: m.column_from, least_px: 118, grow: 0.9, sort: "from" },
  { id: "name", name: m.column_name, least_px: 64, grow: 0.9, sort: "name" },
  { id: "to", name: m.column_to, least_px: 118, grow: 0.9, sort: "to" },
  { id: "ring", name: m.column_ring, least_px: 60, grow: 0, align: "end", sort: "ring" },
  { id: "talk", name: m.column_talk, least_px: 58, grow: 0, align: "end", sort: "talk" },
  { id: "result", name: m.column_result, least_px: 124, grow: 0, sort: "result" },
  { id: "cause", name: m.column_cause, least_px: 116, grow: 0.8, sort: "cause" },
  { id: "legs", name: m.column_legs, least_px: 58, grow: 0, align: "end", sort: "legs" },
];

/** Shown until the person chooses. */
const FIRST = ["recording", "started_at", "direction", "client", "user", "from", "name", "to", "talk", "result", "legs"];

/** The ids to show, in order; unknown ones (of another version) are left out. */
export function shownIds(saved: string[]): string[] {
  const known = saved.filter((id) => COLUMNS.some((column) => column.id === id));
  return known.length ? known : FIRST;
}

/** The columns to show, in the person's order. */
export function columns(saved: string[]): Column[] {
  return shownIds(saved).flatMap((id) => {
    const found = COLUMNS.find((column) => column.id === id);
    return found ? [{ ...found, label: found.name() }] : [];
  });
}
