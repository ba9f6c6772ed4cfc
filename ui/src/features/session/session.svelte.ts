import type { Account, SecondStep, SessionState, SignIn, SignInOutcome } from "../../api/bindings";
import { call } from "../../api/rpc";

class Session {
  /** `null` until the first answer. */
  state = $state.raw<SessionState | null>(null);
  /** Shows sign-in although somebody is signed in: to add a further account. */
  adding = $state(false);

  get account(): Account | null {
    return this.state?.current ?? null;
  }

  /** The login sees everything that is its account's and changes nothing. */
  get onlyLooks(): boolean {
    return this.account?.access === "read_only";
  }

  async load(): Promise<void> {
    this.state = await call("session.state", {});
  }

  async signIn(input: SignIn): Promise<SignInOutcome> {
    const outcome = await call("session.sign_in", input);
    if ("signed_in" in outcome) {
      await this.load();
      this.adding = false;
    }
    return outcome;
  }

  /** Finishes a sign-in with a code of the second factor. */
  async secondStep(input: SecondStep): Promise<void> {
    await call("session.second_step", input);
    await this.load();
    this.adding = false;
  }

  async change(key: string): Promise<void> {
    await call("session.switch", { key });
    await this.load();
  }

  async signOut(wipe: boolean): Promise<void> {
    await call("session.sign_out", { wipe });
    await this.load();
  }
}

export const session = new Session();
