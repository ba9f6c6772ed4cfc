import type { SyncState } from "../../api/bindings";
import { on } from "../../api/events.svelte";
import { call } from "../../api/rpc";
import { showProblem } from "../../kit/toasts.svelte";
import { words } from "../../kit/words.svelte";
import { m } from "../../paraglide/messages";

class Sync {
  state = $state.raw<SyncState | null>(null);
  // An answer that an event has overtaken is old.
  #heard = 0;

  constructor() {
    on("sync", (state) => {
      this.#heard += 1;
      this.state = state;
    });
  }

  async load(): Promise<void> {
    const heard = this.#heard;
    const answer = await call("sync.state", {});
    if (heard === this.#heard) this.state = answer;
  }

  async now(): Promise<void> {
    try {
      await call("sync.now", {});
    } catch (problem) {
      showProblem(problem);
    }
  }

  get offline(): boolean {
    return this.state?.phase === "offline";
  }

  /** The state in words, as the top bar says it. */
  get words(): string {
    const state = this.state;
    if (!state) return "";
    switch (state.phase) {
      case "syncing":
        return state.total > 0
          ? m.sync_progress({ done: words.count(state.done), total: words.count(state.total) })
          : m.sync_syncing();
      case "synced":
        return state.synced_at_ms ? m.sync_synced({ time: words.clock(state.synced_at_ms) }) : m.sync_synced_now();
      case "offline":
        return state.offline_since_ms
          ? m.sync_offline_since({ time: words.clock(state.offline_since_ms) })
          : m.sync_offline();
      case "expired":
        return m.sync_expired();
      case "failed":
        return m.sync_failed();
      case "signed_out":
        return m.sync_signed_out();
    }
  }
}

export const sync = new Sync();
