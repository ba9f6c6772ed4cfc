import type { LiveStatus } from "../../api/bindings";
import { dayOf, duration, viewerZone } from "../../kit/format";
import { now } from "../../kit/now.svelte";
import { second } from "../../kit/second.svelte";
import { words } from "../../kit/words.svelte";
import { m } from "../../paraglide/messages";
import { session } from "../session/session.svelte";

/** How long something goes on, by the server's clock: it runs while the line is there, and stands still where it was lost. */
export function running(since_ms: number, status: LiveStatus, at_ms = second.now): string {
  const here = status.phase === "live" ? at_ms : (status.as_of_ms ?? at_ms);
  return duration((here + status.clock_ahead_ms - since_ms) / 1000);
}

/** The same at this moment, for what is searched and exported. */
export const ranUntilNow = (since_ms: number, status: LiveStatus): string => running(since_ms, status, Date.now());

/** An instant of the server's clock as this computer's clock would have shown it. */
export const here = (at_ms: number, status: LiveStatus): number => at_ms - status.clock_ahead_ms;

/** When what is shown was so: hours and minutes, of another day the day too. */
export const asOf = (ms: number): string => (dayOf(ms, viewerZone()) === dayOf(now.minute, viewerZone()) ? words.clock(ms) : words.instant(ms));

/** Why no call can be ended now; nothing where one can. */
export function cannotHangUp(status: LiveStatus | undefined): string | undefined {
  if (session.onlyLooks) return m.session_only_looks();
  return status?.phase === "live" ? undefined : m.live_needs_line();
}
