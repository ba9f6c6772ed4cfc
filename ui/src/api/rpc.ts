import { send, subscribe } from "#transport";
import type { Code, Commands, Event, Problem } from "./bindings";

export type CommandName = keyof Commands;
export type In<N extends CommandName> = Commands[N]["in"];
export type Out<N extends CommandName> = Commands[N]["out"];

/** Asks the local backend. Rejects with a Problem and with nothing else. */
export async function call<N extends CommandName>(name: N, input: In<N>): Promise<Out<N>> {
  try {
    return (await send(name, input)) as Out<N>;
  } catch (reason) {
    throw asProblem(reason);
  }
}

/** Hears what the local backend pushes. Gives back what stops it. */
export function listen(hear: (event: Event) => void): () => void {
  return subscribe((event) => hear(event as Event));
}

/** Whatever was thrown, as a Problem: the transport itself can fail too. */
export function asProblem(reason: unknown): Problem {
  if (typeof reason === "object" && reason !== null && "code" in reason) return reason as Problem;
  const detail = reason instanceof Error ? reason.message : String(reason);
  return { type: "about:blank", title: "", status: 500, code: "internal" satisfies Code, detail };
}
