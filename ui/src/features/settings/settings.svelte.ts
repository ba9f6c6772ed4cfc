import type { Settings } from "../../api/bindings";
import { call } from "../../api/rpc";
import { language } from "../../kit/language.svelte";
import { showProblem } from "../../kit/toasts.svelte";

const dark = window.matchMedia("(prefers-color-scheme: dark)");

class SettingsState {
  /** `null` until the first answer. */
  now = $state.raw<Settings | null>(null);
  #systemDark = $state(dark.matches);

  get dark(): boolean {
    const theme = this.now?.theme ?? "system";
    return theme === "dark" || (theme === "system" && this.#systemDark);
  }

  constructor() {
    dark.addEventListener("change", (event) => {
      this.#systemDark = event.matches;
      this.#paint();
    });
    this.#paint();
  }

  async load(): Promise<void> {
    this.#take(await call("settings.show", {}));
  }

  /** Shows the change at once and goes back if it can't be kept. */
  async change(part: Partial<Settings>): Promise<void> {
    const before = this.now;
    if (!before) return;
    const wanted = { ...before, ...part };
    this.#take(wanted);
    try {
      this.#take(await call("settings.change", wanted));
    } catch (problem) {
      this.#take(before);
      showProblem(problem);
    }
  }

  #take(settings: Settings): void {
    this.now = settings;
    language.set(settings.language);
    this.#paint();
  }

  #paint(): void {
    document.documentElement.dataset.theme = this.dark ? "dark" : "light";
  }
}

export const settings = new SettingsState();
