import type { InvitedUser, User } from "../../api/bindings";
import { call } from "../../api/rpc";
import { showProblem, toasts } from "../../kit/toasts.svelte";
import { m } from "../../paraglide/messages";

/** Sends a user the code that sets its password. Gives what is to be handed on where no mail goes out. */
export async function invite(user: User): Promise<InvitedUser | null> {
  try {
    const invited = await call("users.invite", { id: user.id });
    if (invited.code) return invited;
    toasts.show("good", m.logins_mailed({ email: invited.email }));
  } catch (reason) {
    showProblem(reason);
  }
  return null;
}

/** Why a user can't be sent one. */
export const notInvited = (user: User): string | undefined => (user.email ? undefined : m.users_invite_no_email());
