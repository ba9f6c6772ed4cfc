import { describe, expect, it } from "vitest";
import { parseGigabytes } from "./limit";

describe("a size in GB as it is typed", () => {
  it("takes a point or a comma", () => {
    expect(["2", "0.5", "0,5", " 10 "].map(parseGigabytes)).toEqual([2e9, 5e8, 5e8, 1e10]);
  });

  it("is more than nothing", () => {
    expect(["", "0", "-1", "two", "1e3"].map(parseGigabytes)).toEqual(Array(5).fill(null));
  });
});
