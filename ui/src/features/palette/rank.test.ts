import { describe, expect, it } from "vitest";
import { found, ready } from "./rank";

const ENTRIES = ready([
  { id: "page:/", label: "Home" },
  { id: "page:/calls", label: "Call Details" },
  { id: "client:1", label: "Café Brûlée" },
  { id: "user:1", label: "Ana Diaz", also: "1001" },
  { id: "user:2", label: "Diana Holm", also: "1002" },
  { id: "number:1", label: "(519) 555-0142", also: "+15195550142" },
]);
const ids = (search: string, recent: string[] = [], most = 10) => found(ENTRIES, search, recent, most).map((one) => one.id);

describe("the palette", () => {
  it("finds first letters before the first of a word, and those before the middle of one", () => {
    expect(ids("dia")).toEqual(["user:2", "user:1"]);
    expect(ids("ana")).toEqual(["user:1", "user:2"]);
    expect(ids("holm")).toEqual(["user:2"]);
  });

  it("finds without case and marks, an extension, and a number with and without its signs", () => {
    expect(ids("CAFE brulee")).toEqual(["client:1"]);
    expect(ids("1002")).toEqual(["user:2"]);
    for (const number of ["519555", "519-555", "+1519", "5550142"]) expect(ids(number)).toEqual(["number:1"]);
    expect(ids("nobody")).toEqual([]);
  });

  it("has what was used last first", () => {
    expect(ids("", ["number:1", "client:1"]).slice(0, 3)).toEqual(["number:1", "client:1", "page:/"]);
    expect(ids("d", ["user:1"], 2)).toEqual(["user:2", "user:1"]);
    expect(ids("a", ["user:2"]).indexOf("user:1")).toBe(0);
    expect(ids("e", ["page:/calls"])[0]).toBe("page:/calls");
  });

  it("shows a few of many", () => {
    expect(ids("", [], 2)).toHaveLength(2);
  });
});
