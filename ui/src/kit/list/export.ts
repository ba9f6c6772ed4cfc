import { call } from "../../api/rpc";
import { m } from "../../paraglide/messages";
import { showProblem, toasts } from "../toasts.svelte";
import { words } from "../words.svelte";
import type { ListColumn } from "./list";

/** Writes what a list shows to a CSV file that the person chooses. */
export async function exportList<T>(name: string, columns: ListColumn<T>[], rows: T[]): Promise<void> {
  try {
    const input = { name, header: columns.map((column) => column.title()), rows: rows.map((row) => columns.map((column) => (column.plain ?? column.text)(row))) };
    const saved = await call("lists.export", input);
    if (saved) toasts.show("good", m.list_exported({ count: saved.rows, n: words.count(saved.rows) }), saved.path);
  } catch (problem) {
    showProblem(problem, m.list_export_failed());
  }
}
