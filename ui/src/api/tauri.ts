// The only file that imports the shell's framework.
import { invoke } from "@tauri-apps/api/core";
import { listen as listenTo } from "@tauri-apps/api/event";

/** Sends one request to the local backend. Rejects with a Problem. */
export function send(name: string, input: unknown): Promise<unknown> {
  return invoke("rpc", { name, input });
}

/** Hears every event of the local backend; gives back what stops it. */
export function subscribe(hear: (event: unknown) => void): () => void {
  const stop = listenTo<unknown>("tandem", (event) => hear(event.payload));
  return () => void stop.then((unlisten) => unlisten());
}
