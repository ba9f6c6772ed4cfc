import { asProblem } from "../api/rpc";
import type { Problem } from "../api/bindings";
import { problemWords } from "./problem";

export type Toast = { id: number; tone: "good" | "bad" | "info"; text: string; detail?: string };

/** How long a toast stays; one that tells of a failure stays until it is closed. */
const STAY_MS = 6_000;
const MOST = 4;
let next = 1;

class Toasts {
  list = $state<Toast[]>([]);

  show(tone: Toast["tone"], text: string, detail?: string): void {
    const id = next++;
    this.list = [...this.list, { id, tone, text, ...(detail ? { detail } : {}) }].slice(-MOST);
    if (tone !== "bad") setTimeout(() => this.close(id), STAY_MS);
  }

  close(id: number): void {
    this.list = this.list.filter((one) => one.id !== id);
  }
}

export const toasts = new Toasts();

/** Says what failed. Takes whatever was thrown. */
export function showProblem(reason: unknown, text?: string): void {
  const problem: Problem = asProblem(reason);
  const said = problemWords(problem);
  toasts.show("bad", text ?? said.title, text ? said.title + (said.detail ? ` ${said.detail}` : "") : said.detail);
}
