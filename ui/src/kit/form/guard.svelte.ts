import { untrack } from "svelte";

/** Something that a person changed and did not save. */
export type Held = { readonly changed: boolean; readonly names: string[]; reset(): void };

// Keeps a person from losing what was typed: whoever is about to leave asks here first.
class Guard {
  #held = $state.raw<Held[]>([]);
  #asked = $state.raw<Held[]>([]);
  /** What goes on when the person says that the changes may go. */
  #going: (() => void) | null = null;
  asking = $state(false);

  /** Guards a form until the function that it gives back is called. */
  hold(form: Held): () => void {
    // Held from an effect of the form's component, which must not run again for it.
    untrack(() => (this.#held = [...this.#held, form]));
    return () => (this.#held = this.#held.filter((one) => one !== form));
  }

  get changed(): boolean {
    return this.#held.some((form) => form.changed);
  }

  /** What would be lost, in words. */
  get names(): string[] {
    return this.#asked.flatMap((form) => form.names);
  }

  /** True: go. False: the person is asked, and `go` runs if the changes may be lost. `of`: this form alone is left. */
  may(go: () => void, of?: Held): boolean {
    const left = (of ? [of] : this.#held).filter((form) => form.changed);
    if (left.length === 0) return true;
    this.#asked = left;
    this.#going = go;
    this.asking = true;
    return false;
  }

  /** Goes now, or after the person was asked. */
  leave(go: () => void, of?: Held): void {
    if (this.may(go, of)) go();
  }

  stay(): void {
    this.#going = null;
    this.asking = false;
  }

  discard(): void {
    const [go, left] = [this.#going, this.#asked];
    this.stay();
    for (const form of left) form.reset();
    go?.();
  }
}

export const guard = new Guard();
