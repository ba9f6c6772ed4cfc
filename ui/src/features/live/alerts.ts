import type { LiveAlert } from "../../api/bindings";
import { on } from "../../api/events.svelte";
import { directory } from "../../kit/directory.svelte";
import { toasts } from "../../kit/toasts.svelte";
import { words } from "../../kit/words.svelte";
import { m } from "../../paraglide/messages";

function show(alert: LiveAlert): void {
  if ("emergency_call" in alert) {
    const { client, user, dialled, location } = alert.emergency_call;
    toasts.show("bad", m.alert_emergency({ client: directory.clientName(client) }), [user ? directory.userName(user) : "", dialled, location].filter(Boolean).join(" · "));
  } else if ("phones_dropped" in alert) {
    const { client, phones, public_address } = alert.phones_dropped;
    toasts.show("bad", m.alert_dropped({ client: directory.clientName(client) }), m.alert_dropped_body({ n: words.count(phones), address: public_address }));
  } else {
    const { client, international, limit } = alert.limit_reached;
    const n = words.count(limit);
    toasts.show("info", m.alert_limit({ client: directory.clientName(client) }), international ? m.alert_limit_abroad_body({ n }) : m.alert_limit_body({ n }));
  }
}

/** Shows in the window what the person wants to hear of at once. Gives back what stops it. */
export const startAlerts = (): (() => void) => on("alert", show);
