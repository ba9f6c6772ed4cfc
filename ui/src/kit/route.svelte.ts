import { guard } from "./form/guard.svelte";

// The path after `#`. Pages keep their own state; the path only says which page is shown. What a
// person changed and did not save holds it until it is said that it may go.
class Route {
  path = $state(location.hash.slice(1) || "/");

  constructor() {
    window.addEventListener("hashchange", () => {
      const wanted = location.hash.slice(1) || "/";
      if (wanted === this.path) return;
      if (guard.may(() => this.#show(wanted))) this.path = wanted;
      else history.replaceState(null, "", `#${this.path}`);
    });
  }

  go(path: string): void {
    guard.leave(() => this.#show(path));
  }

  #show(path: string): void {
    this.path = path;
    location.hash = path;
  }
}

export const route = new Route();
