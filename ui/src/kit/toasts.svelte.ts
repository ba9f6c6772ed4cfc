import { asProblem } from "../api/rpc";
import type { Problem } from "../api/bindings";
import { m } from "../paraglide/messages";
import { problemWords } from "./problem";

export type Toast = {
  id: number;
  tone: "good" | "bad" | "info";
  text: string;
  detail?: string;
  /** Takes back what the toast tells. */
  undo?: () => Promise<unknown>;
};

/** How long a toast stays; one that tells of a failure stays until it is closed. */
const STAY_MS = 6_000;
/** How long one stays that can be taken back: time to read it and to reach for it. */
const UNDO_MS = 15_000;
const MOST = 4;
let next = 1;

class Toasts {
  list = $state<Toast[]>([]);

  show(tone: Toast["tone"], text: string, detail?: string): void {
    this.#add({ id: next++, tone, text, ...(detail ? { detail } : {}) }, STAY_MS);
  }

  /** Says what was done, with the way back: "Number removed. Undo". */
  undoable(text: string, undo: () => Promise<unknown>): void {
    this.#add({ id: next++, tone: "good", text, undo }, UNDO_MS);
  }

  /** Takes back what a toast tells. */
  async undo(toast: Toast): Promise<void> {
    this.close(toast.id);
    try {
      await toast.undo?.();
      this.show("good", m.undo_done());
    } catch (problem) {
      showProblem(problem, m.undo_failed());
    }
  }

  /** Takes back what the newest toast tells that can be taken back. False: there is none. */
  undoLast(): boolean {
    const toast = this.list.findLast((one) => one.undo);
    if (toast) void this.undo(toast);
    return toast !== undefined;
  }

  #add(toast: Toast, stay_ms: number): void {
    this.list = [...this.list, toast].slice(-MOST);
    if (toast.tone !== "bad") setTimeout(() => this.close(toast.id), stay_ms);
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
