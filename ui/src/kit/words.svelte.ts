import * as format from "./format";
import { now } from "./now.svelte";
import { language } from "./language.svelte";

// The formats of format.ts in the person's language and zone, re-read when either changes.
export const words = {
  count: (value: number) => format.count(value, language.now),
  percent: (share: number) => format.percent(share, language.now),
  bytes: (size: number) => format.bytes(size, language.now),
  clock: (ms: number, zone = format.viewerZone()) => format.clock(ms, zone, language.now),
  date: (ms: number, zone = format.viewerZone()) => format.date(ms, zone, language.now),
  instant: (ms: number, zone = format.viewerZone()) => format.instant(ms, zone, language.now, now.minute),
};
