import type { Job } from "../../api/bindings";
import { on } from "../../api/events.svelte";
import { call } from "../../api/rpc";
import { problemWords } from "../../kit/problem";
import { showProblem, toasts } from "../../kit/toasts.svelte";
import { m } from "../../paraglide/messages";

// Long work that the backend does while one goes on: exports, downloads.
class Jobs {
  list = $state.raw<Job[]>([]);

  constructor() {
    on("job", (job) => this.take(job));
  }

  get running(): Job[] {
    return this.list.filter((job) => job.state === "running" || job.state === "paused");
  }

  get(id: number): Job | undefined {
    return this.list.find((job) => job.id === id);
  }

  async load(): Promise<void> {
    const all = await call("jobs.list", {});
    this.list = [...all.filter((job) => !this.get(job.id)), ...this.list];
  }

  async cancel(id: number): Promise<void> {
    try {
      await call("jobs.cancel", { id });
    } catch (problem) {
      showProblem(problem);
    }
  }

  take(job: Job): void {
    const before = this.get(job.id);
    this.list = [...this.list.filter((one) => one.id !== job.id), job];
    if (before?.state === job.state || (!before && job.state === "running")) return;
    this.#say(job);
  }

  #say(job: Job): void {
    const paths = job.paths.join("\n");
    if (job.state === "done" && job.kind === "export") toasts.show("good", m.export_done({ count: job.paths.length, n: String(job.paths.length) }), paths);
    else if (job.state === "done" && job.kind === "download") toasts.show("good", m.download_done(), paths);
    else if (job.state === "cancelled" && job.kind !== "offline") toasts.show("info", job.kind === "export" ? m.export_cancelled() : m.download_cancelled());
    else if (job.state === "failed" && job.problem) {
      const said = problemWords(job.problem);
      const title = job.kind === "export" ? m.export_failed() : m.download_failed();
      toasts.show("bad", title, `${said.title} ${said.detail}`.trim());
    }
  }
}

export const jobs = new Jobs();
