import { asProblem } from "../../api/rpc";
import type { FieldError, Problem } from "../../api/bindings";
import { fieldWords } from "../rules";
import { guard } from "./guard.svelte";

export type FormOptions<V extends object, A = unknown> = {
  /** What the fields hold at first, by their names on the wire. */
  initial: V;
  /** What each field is called; the save bar, the guard and errors say it. */
  labels: { [K in keyof V]: () => string };
  /** Sends it. `changed` are the fields that are not as they were. */
  send: (value: V, changed: (keyof V)[]) => Promise<A>;
  /** After it was saved. The form's initial value is then what was sent. */
  done?: (answer: A) => void;
  /** A thing that does not exist yet: it can be sent without a change. */
  fresh?: boolean;
};

const text = (value: unknown): string => JSON.stringify(value) ?? "";

/** The field that an error belongs to: `devices[0].mac` belongs to `devices`. */
const topOf = (field: string): string => field.split(/[.[]/, 1)[0] ?? field;

/** What a person fills in, what became of it, and what the server said of it. */
export class Form<V extends object, A = unknown> {
  /** Bound by the inputs. */
  value: V = $state() as V;
  busy = $state(false);
  problem = $state.raw<Problem | undefined>();
  readonly fresh: boolean;
  #initial: V = $state.raw() as V;
  // The fields as they were when the server refused them: an error goes when its field changes.
  #refused = $state.raw<Record<string, string>>({});
  #options: FormOptions<V, A>;

  constructor(options: FormOptions<V, A>) {
    this.#options = options;
    this.#initial = options.initial;
    this.value = structuredClone(options.initial);
    this.fresh = options.fresh ?? false;
  }

  get fields(): (keyof V & string)[] {
    return Object.keys(this.#options.labels) as (keyof V & string)[];
  }

  label(field: keyof V): string {
    return this.#options.labels[field]();
  }

  isChanged(field: keyof V): boolean {
    return text(this.value[field]) !== text(this.#initial[field]);
  }

  /** The fields that are not as they were. */
  get dirty(): (keyof V & string)[] {
    return this.fields.filter((field) => this.isChanged(field));
  }

  get changed(): boolean {
    return this.dirty.length > 0;
  }

  /** What was changed, in words. */
  get names(): string[] {
    return this.dirty.map((field) => this.label(field));
  }

  /** What the server said of a field, as a sentence; of a part of it where the name says so (`devices[0].mac`). */
  error(field: string): string | undefined {
    const found = this.#errors.find((error) => error.field === field) ?? this.#errors.find((error) => topOf(error.field) === field);
    const top = topOf(field) as keyof V;
    return found && fieldWords(top in this.#options.labels ? this.label(top) : "", found);
  }

  /** Problems that no field of the form has; they stand at its top. */
  get rest(): Problem | undefined {
    const problem = this.problem;
    if (!problem) return undefined;
    const errors = (problem.errors ?? []).filter((error) => !(topOf(error.field) in this.#options.labels));
    if (errors.length === 0 && (problem.errors ?? []).length > 0) return undefined;
    return { ...problem, errors };
  }

  get #errors(): FieldError[] {
    return (this.problem?.errors ?? []).filter((error) => {
      const top = topOf(error.field);
      return this.#refused[top] === undefined || this.#refused[top] === text((this.value as Record<string, unknown>)[top]);
    });
  }

  /** Everything as it was. */
  reset(): void {
    this.value = structuredClone(this.#initial);
    this.problem = undefined;
  }

  /** What the thing is now, after somebody else changed it: shown where the person changed nothing. */
  take(initial: V): void {
    const mine = this.dirty;
    const before = $state.snapshot(this.value) as V;
    this.#initial = initial;
    const next = structuredClone(initial);
    for (const field of mine) next[field] = before[field];
    this.value = next;
  }

  /** Sends it. True when it was saved. */
  async submit(): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    const value = $state.snapshot(this.value) as V;
    try {
      const answer = await this.#options.send(value, this.dirty);
      this.problem = undefined;
      this.#initial = value;
      this.#options.done?.(answer);
      return true;
    } catch (reason) {
      this.#refused = Object.fromEntries(this.fields.map((field) => [field, text(value[field])]));
      this.problem = asProblem(reason);
      return false;
    } finally {
      this.busy = false;
    }
  }
}

/** A form of a component: guarded as long as the component is there. */
export function form<V extends object, A = unknown>(options: FormOptions<V, A>): Form<V, A> {
  const made = new Form(options);
  $effect(() => guard.hold(made));
  return made;
}
