import { describe, expect, it } from "vitest";
import { parseDuration } from "./duration";

describe("a duration as it is typed", () => {
  it("is seconds, m:ss or h:mm:ss", () => {
    expect(["", "45", "1:30", "90:00", "1:02:03"].map(parseDuration)).toEqual([null, 45, 90, 5400, 3723]);
  });

  it("is nothing else", () => {
    expect(["1:75", "1:60:00", "abc", "-5", "1.5", ":30", "1:2:3:4"].map(parseDuration)).toEqual(Array(7).fill(undefined));
  });
});
