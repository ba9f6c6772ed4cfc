import { finder, folded } from "../../kit/list/order";

export type Ranked = { id: string; label: string; /** Further text that is looked through, such as an extension or a number's digits. */ also?: string };

/** An entry with its folded texts, made once. */
export type Ready<E extends Ranked> = { entry: E; label: string; text: string };

export const ready = <E extends Ranked>(entries: E[]): Ready<E>[] =>
  entries.map((entry) => ({ entry, label: folded(entry.label), text: folded(`${entry.label} ${entry.also ?? ""}`) }));

/** How well an entry fits, higher is better: its first letters, the first of a word, anywhere. */
function fit(label: string, wanted: string): number {
  if (label === wanted) return 4;
  if (label.startsWith(wanted)) return 3;
  if (label.includes(` ${wanted}`)) return 2;
  return label.includes(wanted) ? 1 : 0;
}

/**
 * What a search finds, the best first; of two that fit alike, what was used last. Without a search,
 * what was used last and then everything as it was given.
 */
export function found<E extends Ranked>(all: Ready<E>[], search: string, recent: string[], most: number): E[] {
  const used = new Map(recent.map((id, at) => [id, recent.length - at]));
  const wanted = folded(search.trim());
  const holds = finder(search);
  const hits = wanted ? all.filter((one) => holds(one.text)) : all;
  const scored = hits.map((one, at) => ({ entry: one.entry, fit: wanted ? fit(one.label, wanted) : 0, used: used.get(one.entry.id) ?? 0, at }));
  scored.sort((a, b) => b.fit - a.fit || b.used - a.used || a.at - b.at);
  return scored.slice(0, most).map((one) => one.entry);
}
