import type { PlayerState, Waveform } from "../../api/bindings";
import { on } from "../../api/events.svelte";
import { call, type In } from "../../api/rpc";
import { showProblem } from "../../kit/toasts.svelte";

/** Peaks asked for a side: more than the widest screen draws. */
const BUCKETS = 1200;

class PlayerStore {
  state = $state.raw<PlayerState | null>(null);
  waveform = $state.raw<Waveform | null>(null);
  /** What the list knew of the call, for the labels and the actions here. */
  about = $state.raw<{ from: string; to: string }>({ from: "", to: "" });
  #heardAt = 0;
  // Events and answers travel apart: an answer that an event has overtaken is old.
  #heard = 0;

  constructor() {
    on("player", (state) => {
      this.#heard += 1;
      this.#take(state);
    });
  }

  get shown(): boolean {
    return this.state?.leg != null;
  }

  /** Position now, in ms: between two tellings of the backend it is reckoned. */
  get position(): number {
    const state = this.state;
    if (!state) return 0;
    const gone = state.playing ? (performance.now() - this.#heardAt) * state.speed : 0;
    return Math.min(state.duration_ms || Infinity, state.position_ms + gone);
  }

  async load(leg: string, title: string, about: { from: string; to: string }): Promise<void> {
    if (this.state?.leg === leg && !this.state.problem) {
      this.toggle();
      return;
    }
    this.about = about;
    this.waveform = null;
    await this.#do("player.load", { leg, title, play: true });
  }

  toggle(): void {
    void (this.state?.playing ? this.#do("player.pause", {}) : this.#do("player.play", {}));
  }

  skip(by_ms: number): void {
    this.seek(this.position + by_ms);
  }

  seek(position_ms: number): void {
    const most = this.state?.duration_ms ?? 0;
    void this.#do("player.seek", { position_ms: Math.round(Math.min(most, Math.max(0, position_ms))) });
  }

  set(change: In<"player.set">): void {
    void this.#do("player.set", change);
  }

  close(): void {
    void this.#do("player.close", {});
  }

  async restore(): Promise<void> {
    const heard = this.#heard;
    const answer = await call("player.state", {});
    if (heard === this.#heard) this.#take(answer);
  }

  async #do<N extends "player.load" | "player.play" | "player.pause" | "player.seek" | "player.set" | "player.close">(
    name: N,
    input: In<N>,
  ): Promise<void> {
    try {
      const heard = this.#heard;
      const answer = await call(name, input);
      if (heard === this.#heard) this.#take(answer);
    } catch (problem) {
      showProblem(problem);
    }
  }

  #take(state: PlayerState): void {
    const fresh = state.leg !== null && !state.loading && !state.problem;
    this.#heardAt = performance.now();
    this.state = state;
    if (fresh && state.leg && this.waveform?.leg !== state.leg) void this.#draw(state.leg);
    if (state.leg === null) this.waveform = null;
  }

  async #draw(leg: string): Promise<void> {
    if (this.#drawing === leg) return;
    this.#drawing = leg;
    try {
      const waveform = await call("player.waveform", { leg, buckets: BUCKETS });
      if (this.state?.leg === leg) this.waveform = waveform;
    } catch {
      // The sound plays without its picture; what is wrong with the file is said by the state.
    } finally {
      this.#drawing = "";
    }
  }
  #drawing = "";
}

export const player = new PlayerStore();
