import { SvelteMap } from "svelte/reactivity";
import type { CallRow } from "../../api/bindings";

/** Rows that one Shift selects at most; beyond, Ctrl-A selects all that match. */
export const MOST_RANGE = 5_000;

// Chosen rows are held by call, so they stay chosen when others arrive; "all" is a word, not a list.
export class Selection {
  all = $state(false);
  /** Where a range starts. */
  anchor = -1;
  #rows = new SvelteMap<string, CallRow>();

  get rows(): CallRow[] {
    return [...this.#rows.values()];
  }

  has(row: CallRow | undefined): boolean {
    return this.all || (row !== undefined && this.#rows.has(row.call));
  }

  size(matching: number): number {
    return this.all ? matching : this.#rows.size;
  }

  clear(): void {
    this.all = false;
    this.#rows.clear();
  }

  only(rows: CallRow[]): void {
    this.clear();
    for (const row of rows) this.#rows.set(row.call, row);
  }

  toggle(row: CallRow): void {
    if (this.all) this.clear();
    if (!this.#rows.delete(row.call)) this.#rows.set(row.call, row);
  }

  everything(): void {
    this.#rows.clear();
    this.all = true;
  }
}
