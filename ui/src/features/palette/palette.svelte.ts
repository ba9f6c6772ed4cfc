import type House from "@lucide/svelte/icons/house";
import { call } from "../../api/rpc";

export type Entry = {
  /** Kept among what was used last: the same thing has the same id tomorrow. */
  id: string;
  label: string;
  /** What kind of thing it is, or whose. */
  hint: string;
  icon: typeof House;
  also?: string;
  run: () => void;
};

class Palette {
  open = $state(false);
  /** Ids of what was used last, the last first. */
  recent = $state.raw<string[]>([]);

  show(): void {
    this.open = true;
    // What was used last is a comfort; the palette works without it.
    call("palette.recent", {}).then(
      (recent) => (this.recent = recent),
      () => (this.recent = []),
    );
  }

  use(entry: Entry): void {
    this.open = false;
    call("palette.used", { id: entry.id }).catch(() => undefined);
    entry.run();
  }
}

export const palette = new Palette();
