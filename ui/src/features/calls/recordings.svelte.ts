import { call } from "../../api/rpc";
import { showProblem, toasts } from "../../kit/toasts.svelte";
import { words } from "../../kit/words.svelte";
import { m } from "../../paraglide/messages";

export type Asked = { leg: string; title: string };

// What can be done to a recording, from the list, the opened call and the player alike.
class Recordings {
  /** The recordings whose deletion is being asked. */
  asked = $state.raw<Asked[]>([]);
  busy = $state(false);

  async download(leg: string): Promise<void> {
    try {
      await call("recording.save_as", { leg });
    } catch (problem) {
      showProblem(problem, m.recording_download_failed());
    }
  }

  ask(what: Asked[]): void {
    this.asked = what;
  }

  async remove(): Promise<void> {
    this.busy = true;
    let done = 0;
    try {
      for (const one of this.asked) {
        await call("recording.remove", { leg: one.leg });
        done += 1;
      }
      toasts.show("good", m.recording_deleted({ count: done, n: words.count(done) }));
    } catch (problem) {
      const left = this.asked.length - done;
      showProblem(problem, m.recording_delete_failed({ count: left, n: words.count(left) }));
    } finally {
      this.busy = false;
      this.asked = [];
    }
  }
}

export const recordings = new Recordings();
