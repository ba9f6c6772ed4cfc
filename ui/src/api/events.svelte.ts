import { SvelteMap } from "svelte/reactivity";
import type { Event, Job, LiveAlert, PlayerState, SyncState, Tag } from "./bindings";
import { listen } from "./rpc";

const versions = new SvelteMap<Tag, number>();
const hearers = new Set<(event: Event) => void>();

/** How often what carries this tag has changed. Reading it in an effect re-runs the effect. */
export function version(tag: Tag): number {
  return versions.get(tag) ?? 0;
}

/** Marks tags as changed, as a `changed` event does. */
export function touch(...tags: Tag[]): void {
  for (const tag of tags) versions.set(tag, (versions.get(tag) ?? 0) + 1);
}

type Kinds = { sync: SyncState; player: PlayerState; job: Job; alert: LiveAlert };

/** Hears one kind of pushed state. Gives back what stops it. */
export function on<K extends keyof Kinds>(kind: K, hear: (state: Kinds[K]) => void): () => void {
  const each = (event: Event) => {
    if (kind in event) hear((event as unknown as Kinds)[kind]);
  };
  hearers.add(each);
  return () => hearers.delete(each);
}

/** Starts hearing the backend, once, from main.ts. */
export function start(): () => void {
  return listen((event) => {
    if ("changed" in event) touch(...event.changed);
    else for (const hear of hearers) hear(event);
  });
}
