import { describe, expect, it } from "vitest";
import { lists, ListState } from "./state.svelte";

const IDS = ["a", "b", "c", "d", "e"];
const PLAIN = { extend: false, toggle: false, keyboard: false };

function made(): ListState {
  return new ListState({ by: "name", descending: false });
}

describe("what is selected in a list", () => {
  it("is the row that was clicked, or a range from it", () => {
    const state = made();
    state.activate(IDS, 3, PLAIN);
    state.activate(IDS, 1, { ...PLAIN, extend: true });
    expect([...state.chosen]).toEqual(["b", "c", "d"]);
    state.activate(IDS, 4, { ...PLAIN, extend: true });
    expect([...state.chosen]).toEqual(["d", "e"]);
  });

  it("grows and shrinks by single rows", () => {
    const state = made();
    state.activate(IDS, 0, PLAIN);
    state.activate(IDS, 2, { ...PLAIN, toggle: true });
    state.activate(IDS, 0, { ...PLAIN, toggle: true });
    expect([...state.chosen]).toEqual(["c"]);
    expect(state.active).toBe("a");
  });

  it("begins where the row is when the start of the range is gone", () => {
    const state = made();
    state.activate(IDS, 0, PLAIN);
    state.activate(["x", "y"], 1, { ...PLAIN, extend: true });
    expect([...state.chosen]).toEqual(["y"]);
  });

  it("ends with another search", () => {
    const state = made();
    state.activate(IDS, 1, PLAIN);
    state.look("b");
    expect(state.chosen.size).toBe(0);
    expect(state.active).toBeNull();
  });
});

describe("a list", () => {
  it("turns its order with the second click on a header", () => {
    const state = made();
    state.order("realm");
    expect(state.sort).toEqual({ by: "realm", descending: false });
    state.order("realm");
    expect(state.sort).toEqual({ by: "realm", descending: true });
  });

  it("is as it was left, for each account by itself", () => {
    const sort = { by: "name", descending: false };
    lists.open("north");
    lists.of("clients", sort).look("acme");
    lists.open("south");
    expect(lists.of("clients", sort).search).toBe("");
    lists.open("north");
    expect(lists.of("clients", sort).search).toBe("acme");
  });
});
