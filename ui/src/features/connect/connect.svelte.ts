import type { Account, ConnectRequest } from "../../api/bindings";
import { call } from "../../api/rpc";
import { route } from "../../kit/route.svelte";
import { session } from "../session/session.svelte";

/** As whom somebody wants to act. */
export type Target = { client: string; name: string } | { user: string; name: string };

class ConnectAs {
  /** Asked about in the dialog; `null`: nobody. */
  target = $state.raw<Target | null>(null);

  /** Asks, and connects when the person says so. Clients and users have it as an action. */
  ask(target: Target): void {
    this.target = target;
  }

  async start(target: Target, reason: string): Promise<void> {
    const whom: ConnectRequest = "client" in target ? { client: target.client, reason } : { user: target.user, reason };
    await call("connect.start", whom);
    this.target = null;
    route.go("/");
    await session.load();
  }

  async back(): Promise<void> {
    await call("connect.back", {});
    route.go("/");
    await session.load();
  }
}

export const connectAs = new ConnectAs();

/** The account's name where it acts, and what it goes back to. */
export function chainOf(account: Account): { own: string; name: string; back: string; ends_at_ms: number } | null {
  const links = account.connected?.chain ?? [];
  const [own, last, before] = [links[0], links.at(-1), links.at(-2)];
  if (!account.connected || !own || !last || !before) return null;
  return { own: own.name, name: last.name, back: before.name, ends_at_ms: account.connected.ends_at_ms };
}
