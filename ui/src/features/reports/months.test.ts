import { describe, expect, it } from "vitest";
import { monthBounds, monthName } from "./months";

const at = (text: string) => Date.parse(text);

describe("a month", () => {
  it("begins and ends by the clock of its zone", () => {
    expect(monthBounds("2026-11", "America/Toronto")).toEqual({ from_ms: at("2026-11-01T04:00:00Z"), until_ms: at("2026-12-01T05:00:00Z") });
    expect(monthBounds("2026-12", "UTC")).toEqual({ from_ms: at("2026-12-01T00:00:00Z"), until_ms: at("2027-01-01T00:00:00Z") });
  });

  it("is told as people of the language do", () => {
    expect(monthName("2026-11", "en")).toBe("Nov 2026");
    expect(monthName("2026-11", "de", true)).toBe("November 2026");
    expect(monthName("2026-11", "fr")).toBe("nov. 2026");
  });
});
