import type { User } from "../../api/bindings";
import { call } from "../../api/rpc";
import { showProblem, toasts } from "../../kit/toasts.svelte";
import { m } from "../../paraglide/messages";

/** Sends a user the code that sets its password, and says how it went. */
export async function invite(user: User): Promise<void> {
  try {
    const { email, mailed } = await call("users.invite", { id: user.id });
    if (mailed) toasts.show("good", m.logins_mailed({ email }));
    else toasts.show("bad", m.users_not_mailed(), m.logins_not_mailed_help());
  } catch (reason) {
    showProblem(reason);
  }
}

/** Why a user can't be sent one. */
export const notInvited = (user: User): string | undefined => (user.email ? undefined : m.users_invite_no_email());
