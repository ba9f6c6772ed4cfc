import type { InvitedLogin } from "../../api/bindings";
import { toasts } from "../../kit/toasts.svelte";
import { m } from "../../paraglide/messages";

/** Says how the code of an invitation reaches its person. */
export function invited({ login, mailed }: InvitedLogin): void {
  if (mailed) toasts.show("good", m.logins_mailed({ email: login.email }));
  else toasts.show("bad", m.logins_not_mailed(), m.logins_not_mailed_help());
}
