// Stands in for tauri.ts in builds for browser tests: the same backend behind a loopback port.

/** Sends one request to the local backend. Rejects with a Problem. */
export async function send(name: string, input: unknown): Promise<unknown> {
  const answer = await fetch(`/rpc/${name}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(input),
  });
  const body: unknown = await answer.json();
  if (!answer.ok) throw body;
  return body;
}

/** Hears every event of the local backend; gives back what stops it. */
export function subscribe(hear: (event: unknown) => void): () => void {
  const source = new EventSource("/events");
  source.onmessage = (message: MessageEvent<string>) => hear(JSON.parse(message.data));
  return () => source.close();
}
