import type { CallFilter, CallRow, Sort, SortBy } from "../../api/bindings";
import { viewerZone } from "../../kit/format";
import { now } from "../../kit/now.svelte";
import { showProblem } from "../../kit/toasts.svelte";
import { type Chosen, EVERYTHING, toFilter } from "./filter";
import { Pages } from "./pages.svelte";
import { MOST_RANGE, Selection } from "./selection.svelte";

// The state of Call Details. It lives here and not in the page, so the page is as it was when
// one comes back to it.
class Calls {
  chosen = $state.raw<Chosen>(EVERYTHING);
  sort = $state.raw<Sort>({ by: "started_at", descending: true });
  active = $state(-1);
  /** Px of the full list above the view. */
  top = $state(0);
  /** The panel with the legs of the active call. */
  opened = $state(false);
  /** The dialog of the export is open. */
  exporting = $state(false);
  pages = new Pages();
  selection = new Selection();
  #account = "";

  // As text, so that a minute that changes nothing is not another question.
  readonly #asked: string = $derived(JSON.stringify(toFilter(this.chosen, now.minute, viewerZone())));
  /** The chosen filter with its instants; the same object as long as it means the same. */
  readonly filter: CallFilter = $derived(JSON.parse(this.#asked) as CallFilter);

  get row(): CallRow | undefined {
    return this.active >= 0 ? this.pages.at(this.active) : undefined;
  }

  /** Begins anew for another account. */
  open(account: string): void {
    if (account === this.#account) return;
    this.#account = account;
    this.chosen = EVERYTHING;
    this.sort = { by: "started_at", descending: true };
    this.pages = new Pages();
    this.#forget();
  }

  choose(part: Partial<Chosen>): void {
    this.chosen = { ...this.chosen, ...part };
    this.#forget();
  }

  show(chosen: Chosen): void {
    this.chosen = chosen;
    this.#forget();
  }

  order(by: SortBy): void {
    const first = by === "started_at" || by === "talk" || by === "ring" || by === "legs" || by === "recording";
    this.sort = this.sort.by === by ? { by, descending: !this.sort.descending } : { by, descending: first };
    this.#forget();
  }

  async activate(index: number, how: { extend: boolean; toggle: boolean; keyboard: boolean }): Promise<void> {
    this.active = index;
    const row = this.pages.at(index);
    if (how.extend) await this.#extend(index);
    else if (how.toggle) {
      if (row) this.selection.toggle(row);
      this.selection.anchor = index;
    } else {
      this.selection.only(row ? [row] : []);
      this.selection.anchor = index;
    }
  }

  async #extend(index: number): Promise<void> {
    if (this.selection.anchor < 0) this.selection.anchor = index;
    const [from, to] = [Math.min(this.selection.anchor, index), Math.max(this.selection.anchor, index)];
    try {
      this.selection.only(await this.pages.rows(from, Math.min(to, from + MOST_RANGE - 1)));
    } catch (problem) {
      showProblem(problem);
    }
  }

  #forget(): void {
    this.active = -1;
    this.top = 0;
    this.opened = false;
    this.selection.clear();
    this.selection.anchor = -1;
  }
}

export const calls = new Calls();
