import { viewerZone } from "../../kit/format";
import { words } from "../../kit/words.svelte";
import { m } from "../../paraglide/messages";
import type { Period } from "./filter";
import { periodName } from "./names";

/** A period as the filter bar says it. */
export function periodWords(period: Period): string {
  if ("preset" in period) return periodName(period.preset);
  const zone = viewerZone();
  const from = period.from_ms === null ? "" : `${words.date(period.from_ms, zone)} ${words.clock(period.from_ms, zone)}`;
  const until = period.until_ms === null ? "" : `${words.date(period.until_ms, zone)} ${words.clock(period.until_ms, zone)}`;
  if (from && until) return `${from} – ${until}`;
  return from ? m.period_from({ date: from }) : m.period_until({ date: until });
}
