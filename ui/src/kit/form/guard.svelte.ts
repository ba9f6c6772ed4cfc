/** Something that a person changed and did not save. */
export type Held = { readonly changed: boolean; readonly names: string[]; reset(): void };

// Keeps a person from losing what was typed: whoever is about to leave asks here first.
class Guard {
  #held = $state.raw<Held[]>([]);
  /** What goes on when the person says that the changes may go. */
  #going: (() => void) | null = null;
  asking = $state(false);

  /** Guards a form until the function that it gives back is called. */
  hold(form: Held): () => void {
    this.#held = [...this.#held, form];
    return () => (this.#held = this.#held.filter((one) => one !== form));
  }

  get changed(): boolean {
    return this.#held.some((form) => form.changed);
  }

  /** What was changed, in words. */
  get names(): string[] {
    return this.#held.flatMap((form) => form.names);
  }

  /** True: go. False: the person is asked, and `go` runs if the changes may be lost. */
  may(go: () => void): boolean {
    if (!this.changed) return true;
    this.#going = go;
    this.asking = true;
    return false;
  }

  /** Goes now, or after the person was asked. */
  leave(go: () => void): void {
    if (this.may(go)) go();
  }

  stay(): void {
    this.#going = null;
    this.asking = false;
  }

  discard(): void {
    const go = this.#going;
    this.stay();
    for (const form of this.#held) form.reset();
    go?.();
  }
}

export const guard = new Guard();
