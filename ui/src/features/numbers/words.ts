import type { PhoneNumber, Routing } from "../../api/bindings";
import { directory } from "../../kit/directory.svelte";
import { phone } from "../../kit/format";
import { m } from "../../paraglide/messages";

/** Where calls go, in words. */
export function routingWords(routing: Routing, country: string): string {
  if (routing === "unrouted") return m.routing_unrouted();
  if (routing === "reject") return m.routing_reject();
  if ("user" in routing) return directory.userName(routing.user);
  if ("external" in routing) return phone(routing.external, country);
  if ("ring_group" in routing) {
    const names = routing.ring_group.members.map((id) => directory.userName(id)).join(", ");
    return routing.ring_group.order === "in_order" ? m.routing_words_in_order({ names }) : m.routing_words_all({ names });
  }
  return m.routing_words_hours({ open: routingWords(routing.hours.open, country), closed: routingWords(routing.hours.closed, country) });
}

export const countryOf = (number: PhoneNumber): string => directory.client(number.client)?.country ?? "";
