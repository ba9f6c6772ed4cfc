import { createSubscriber } from "svelte/reactivity";

// A clock that moves once a second while something on the page shows it, and rests otherwise.
class Second {
  #seen = createSubscriber((move) => {
    const timer = setInterval(move, 1000);
    return () => clearInterval(timer);
  });

  get now(): number {
    this.#seen();
    return Date.now();
  }
}

export const second = new Second();
