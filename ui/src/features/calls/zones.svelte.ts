import type { Zone } from "../../api/bindings";
import { fullInstant, viewerZone } from "../../kit/format";
import { settings } from "../settings/settings.svelte";
import { directory } from "../../kit/directory.svelte";

// Whose zone the times are told in. The switch is for this session; Settings has the default.
class Zones {
  #switched = $state<Zone | null>(null);

  get now(): Zone {
    return this.#switched ?? settings.now?.zone ?? "viewer";
  }

  change(zone: Zone): void {
    this.#switched = zone;
  }

  /** The zone that a call of this client is told in. */
  of(of: { client: string }): string {
    const client = directory.client(of.client)?.time_zone;
    return this.now === "client" && client ? client : viewerZone();
  }

  /** The full instant with its offset, in the zone shown and, where it differs, in the other one. */
  full(of: { client: string; started_at_ms: number }): string {
    const client = directory.client(of.client)?.time_zone;
    const both = [...new Set([this.of(of), viewerZone(), ...(client ? [client] : [])])];
    return both.map((zone) => fullInstant(of.started_at_ms, zone)).join("\n");
  }
}

export const zones = new Zones();
