// The path after `#`. Pages keep their own state; the path only says which page is shown.
class Route {
  path = $state(location.hash.slice(1) || "/");

  constructor() {
    window.addEventListener("hashchange", () => (this.path = location.hash.slice(1) || "/"));
  }

  go(path: string): void {
    location.hash = path;
    this.path = path;
  }
}

export const route = new Route();
