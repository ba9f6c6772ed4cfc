import { SvelteSet } from "svelte/reactivity";
import type { Sorting } from "./order";

export type How = { extend: boolean; toggle: boolean; keyboard: boolean };

/** What a list keeps while one is elsewhere: order, search, place and what is selected, by id. */
export class ListState {
  sort = $state.raw<Sorting>({ by: "", descending: false });
  search = $state("");
  top = $state(0);
  /** The row that the keys are at. */
  active = $state<string | null>(null);
  readonly chosen = new SvelteSet<string>();
  /** Where a range starts. */
  #anchor: string | null = null;

  constructor(sort: Sorting) {
    this.sort = sort;
  }

  order(by: string): void {
    this.sort = { by, descending: this.sort.by === by && !this.sort.descending };
    this.top = 0;
  }

  look(search: string): void {
    this.search = search;
    this.top = 0;
    this.clear();
  }

  /** A row was clicked or reached; `ids` are those of the rows as they are shown. */
  activate(ids: string[], index: number, how: How): void {
    const id = ids[index];
    if (id === undefined) return;
    this.active = id;
    if (how.extend) {
      const anchor = this.#anchor === null ? -1 : ids.indexOf(this.#anchor);
      const from = anchor < 0 ? index : anchor;
      this.only(ids.slice(Math.min(from, index), Math.max(from, index) + 1));
      if (anchor < 0) this.#anchor = id;
    } else if (how.toggle) {
      if (!this.chosen.delete(id)) this.chosen.add(id);
      this.#anchor = id;
    } else {
      this.only([id]);
      this.#anchor = id;
    }
  }

  only(ids: string[]): void {
    this.chosen.clear();
    for (const id of ids) this.chosen.add(id);
  }

  clear(): void {
    this.chosen.clear();
    this.active = null;
    this.#anchor = null;
  }
}

class Lists {
  #account = "";
  #kept = new Map<string, ListState>();

  /** Another account's lists are other lists. */
  open(account: string): void {
    this.#account = account;
  }

  /** The state of a list of the open account, as it was left. */
  of(name: string, sort: Sorting): ListState {
    const key = `${this.#account}/${name}`;
    let state = this.#kept.get(key);
    if (!state) {
      state = new ListState(sort);
      this.#kept.set(key, state);
    }
    return state;
  }
}

export const lists = new Lists();
