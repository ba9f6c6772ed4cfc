import { expect, it } from "vitest";
import { fitting } from "./fit";

const column = (id: string, least_px: number, yields?: number) => ({ id, label: id, least_px, grow: 1, ...(yields ? { yields } : {}) });
const ids = (width_px: number) => fitting([column("name", 100), column("note", 100, 2), column("since", 100, 1), column("agent", 100, 2)], width_px).map((one) => one.id);

it("a list with room shows every column, and so does one that is not measured yet", () => {
  expect(ids(416)).toEqual(["name", "note", "since", "agent"]);
  expect(ids(0)).toEqual(["name", "note", "since", "agent"]);
});

it("columns leave one at a time, those that yield first and of equals the last", () => {
  expect(ids(415)).toEqual(["name", "note", "since"]);
  expect(ids(316)).toEqual(["name", "note", "since"]);
  expect(ids(315)).toEqual(["name", "since"]);
});

it("a column that never yields stays, however little room there is", () => {
  expect(ids(50)).toEqual(["name"]);
});
