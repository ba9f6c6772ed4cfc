import type { CallFilter, CallRow, Problem, Sort } from "../../api/bindings";
import { asProblem, call } from "../../api/rpc";

/** Rows of a page. */
const PAGE = 100;
/** Pages kept: 30,000 rows around where the person has been. */
const KEPT = 300;
/** Pages asked at once. */
const AT_ONCE = 2;
/** While the person passes by, a page is asked only when the view rests this long, in ms. */
const REST_MS = 60;
const QUIET_MS = 300;

type Held = { rows: CallRow[]; epoch: number };

// The rows of one filter and order, by pages, read when they come into view. After a change the
// rows stay in view until the newer ones have come.
export class Pages {
  matching = $state(0);
  problem = $state.raw<Problem | null>(null);
  /** True once the present filter has been answered. */
  ready = $state(false);
  slow = $state(false);
  /** Hears by how many rows the list has grown since the last answer. */
  onshift: (rows: number) => void = () => {};
  onready: () => void = () => {};

  #held = new Map<number, Held>();
  #arrivals = $state(0);
  #generation = 0;
  // Counts the changes: a page read before the last one is stale.
  #epoch = 0;
  #asking = new Set<number>();
  #wanted: number[] = [];
  #first = 0;
  #last = 0;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #quiet: ReturnType<typeof setTimeout> | undefined;
  #question: { filter: CallFilter; sort: Sort } | null = null;
  #key = "";

  /** The row at an index, or nothing while it is on its way. */
  at(index: number): CallRow | undefined {
    void this.#arrivals;
    return this.#held.get(Math.floor(index / PAGE))?.rows[index % PAGE];
  }

  /** Asks another question. The rows of the former one stay until its first answer. */
  ask(filter: CallFilter, sort: Sort): void {
    const key = JSON.stringify([filter, sort]);
    if (key === this.#key) return;
    this.#key = key;
    this.#question = { filter, sort };
    this.#generation += 1;
    this.#asking.clear();
    this.#wanted = [];
    this.ready = false;
    this.#first = this.#last = 0;
    void this.#read(0);
  }

  /** Asks the same again, after a change or a failure. */
  again(): void {
    if (!this.#question) return;
    if (!this.ready && this.#asking.size === 0) void this.#read(0);
    else {
      this.#epoch += 1;
      this.#fill();
    }
  }

  /** Tells which rows are in view; `fast`: the person only passes by. */
  view(first: number, last: number, fast: boolean): void {
    this.#first = first;
    this.#last = last;
    clearTimeout(this.#rest);
    if (fast) this.#rest = setTimeout(() => this.#fill(), REST_MS);
    else this.#fill();
  }

  /** The rows from `first` to `last`, read if need be. */
  async rows(first: number, last: number): Promise<CallRow[]> {
    const question = this.#question;
    if (!question) return [];
    const found: CallRow[] = [];
    for (let page = Math.floor(first / PAGE); page <= Math.floor(last / PAGE); page++) {
      const rows =
        this.#held.get(page)?.rows ??
        (await call("calls.page", { ...question, offset: page * PAGE, limit: PAGE })).rows;
      rows.forEach((row, at) => {
        const index = page * PAGE + at;
        if (index >= first && index <= last) found.push(row);
      });
    }
    return found;
  }

  #fill(): void {
    if (!this.ready) return;
    const from = Math.floor(this.#first / PAGE);
    const to = Math.floor(this.#last / PAGE);
    const most = Math.max(0, Math.ceil(this.matching / PAGE) - 1);
    const wanted: number[] = [];
    for (let page = from; page <= to; page++) wanted.push(page);
    // The neighbours after what is in view, so that a slow scroll never meets a gap.
    wanted.push(to + 1, from - 1);
    this.#wanted = wanted.filter((page) => page >= 0 && page <= most && !this.#fresh(page) && !this.#asking.has(page));
    this.#next();
  }

  #fresh(page: number): boolean {
    const held = this.#held.get(page);
    return held !== undefined && held.epoch === this.#epoch;
  }

  #next(): void {
    while (this.#asking.size < AT_ONCE) {
      const page = this.#wanted.shift();
      if (page === undefined) return;
      void this.#read(page);
    }
  }

  async #read(page: number): Promise<void> {
    const question = this.#question;
    if (!question) return;
    const generation = this.#generation;
    const epoch = this.#epoch;
    this.#asking.add(page);
    this.#quiet ??= setTimeout(() => (this.slow = true), QUIET_MS);
    try {
      const answer = await call("calls.page", { ...question, offset: page * PAGE, limit: PAGE });
      if (generation !== this.#generation) return;
      this.#asking.delete(page);
      this.#take(page, { rows: answer.rows, epoch }, answer.matching);
    } catch (reason) {
      if (generation !== this.#generation) return;
      this.#asking.delete(page);
      this.problem = asProblem(reason);
      this.#wanted = [];
    } finally {
      if (generation === this.#generation && this.#asking.size === 0) {
        clearTimeout(this.#quiet);
        this.#quiet = undefined;
        this.slow = false;
      }
    }
  }

  #take(page: number, held: Held, matching: number): void {
    const fresh = !this.ready;
    if (fresh) this.#held.clear();
    const came = matching - this.matching;
    this.problem = null;
    this.#held.delete(page);
    this.#held.set(page, held);
    this.#drop();
    this.matching = matching;
    this.ready = true;
    this.#arrivals += 1;
    if (fresh) this.onready();
    else if (came !== 0) this.onshift(came);
    this.#fill();
  }

  #drop(): void {
    const from = Math.floor(this.#first / PAGE) - 1;
    const to = Math.floor(this.#last / PAGE) + 1;
    for (const page of this.#held.keys()) {
      if (this.#held.size <= KEPT) return;
      if (page < from || page > to) this.#held.delete(page);
    }
  }
}
