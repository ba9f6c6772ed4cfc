import { untrack } from "svelte";
import type { Problem, Tag } from "./bindings";
import { version } from "./events.svelte";
import { asProblem, call, type CommandName, type In, type Out } from "./rpc";

// What each read shows. A `changed` event with one of the tags reads it again.
const SHOWS = {
  "session.state": ["session"],
  "own.show": ["account", "session"],
  "own.sessions": ["account", "session"],
  "factor.show": ["account", "session"],
  "logins.list": ["account", "session"],
  "sync.state": ["session"],
  "directory.show": ["directory", "session"],
  "clients.list": ["directory", "session"],
  "clients.show": [],
  "clients.archived": ["archive", "session"],
  "profiles.list": ["directory", "session"],
  "profiles.routes": ["session"],
  "audit.list": ["audit", "session"],
  "branding.show": ["branding", "session"],
  "links.list": ["links", "session"],
  "calls.totals": ["calls", "session"],
  "calls.legs": ["calls", "offline", "session"],
  "filters.list": ["filters", "session"],
  "home.show": ["calls", "session"],
  "home.now": ["live", "phones", "calls", "emergency", "directory", "session"],
  "live.calls": ["live", "session"],
  "live.registrations": ["phones", "session"],
  "live.duplicated_nat": ["phones", "session"],
  "live.panel": ["live", "phones", "session"],
  "reports.show": ["calls", "directory", "session"],
  "export.plan": ["calls"],
  "jobs.list": ["session"],
  "player.devices": [],
  "offline.state": ["offline", "session"],
  "blocks.list": ["blocks", "session"],
  "emergency.list": ["emergency", "session"],
  "emergency.missing": ["emergency", "directory", "session"],
  "users.list": ["directory", "session"],
  "users.phone": ["directory", "session"],
  "own.calls": ["directory", "session"],
  "own.colleagues": ["directory", "session"],
  "limited.list": ["limited", "session"],
  "numbers.list": ["directory", "session"],
  "settings.show": ["settings"],
  "cache.info": ["cache", "session"],
} as const satisfies Partial<Record<CommandName, readonly Tag[]>>;

export type Read = keyof typeof SHOWS;

/** Milliseconds after which a read that has not answered shows the progress line. */
const QUIET_MS = 300;

export class Query<N extends Read> {
  /** The last good answer; kept while a newer one is on its way. */
  data = $state.raw<Out<N> | undefined>();
  problem = $state.raw<Problem | undefined>();
  loading = $state(false);
  /** Loading for longer than 300 ms: show the progress line. */
  slow = $state(false);

  #name: N;
  #latest = 0;
  #asked = $state(0);
  #input = "";
  #stale = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(name: N, input: () => In<N> | null) {
    this.#name = name;
    $effect(() => {
      for (const tag of SHOWS[name]) version(tag);
      void this.#asked;
      const now = input();
      if (now !== null) untrack(() => this.#want(now));
    });
    $effect(() => () => {
      this.#latest += 1;
      clearTimeout(this.#timer);
    });
  }

  /** Reads again. */
  again(): void {
    this.#asked += 1;
  }

  // While the same question is on its way, a change only marks it stale: changes that come
  // faster than answers must not keep the first answer from ever being shown.
  #want(input: In<N>): void {
    const text = JSON.stringify(input);
    if (this.loading && text === this.#input) {
      this.#stale = true;
      return;
    }
    this.#input = text;
    this.#read(input);
  }

  #read(input: In<N>): void {
    const mine = ++this.#latest;
    this.#stale = false;
    this.loading = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.slow = true), QUIET_MS);
    const settle = (show: () => void) => {
      if (mine !== this.#latest) return;
      clearTimeout(this.#timer);
      this.loading = this.slow = false;
      show();
      if (this.#stale) this.#read(input);
    };
    call(this.#name, input).then(
      (data) =>
        settle(() => {
          this.data = data;
          this.problem = undefined;
        }),
      (reason: unknown) => settle(() => (this.problem = asProblem(reason))),
    );
  }
}

/** Reads and keeps reading: again when the input or what it shows has changed. `null`: not yet. */
export function query<N extends Read>(name: N, input: () => In<N> | null): Query<N> {
  return new Query(name, input);
}
