import { describe, expect, it } from "vitest";
import { bounds, enoughDigits, EVERYTHING, fromFilter, isEverything, toFilter } from "./filter";

const ZONE = "Europe/Paris";
const NOW = Date.parse("2026-11-17T12:58:21Z");
const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
const range = (preset: Parameters<typeof bounds>[0]) => {
  const { from_ms, until_ms } = bounds(preset, NOW, ZONE);
  return [iso(from_ms), iso(until_ms)];
};

describe("periods", () => {
  it("begin and end at midnight of the zone", () => {
    expect(range({ preset: "all" })).toEqual([null, null]);
    expect(range({ preset: "today" })).toEqual(["2026-11-16T23:00:00.000Z", null]);
    expect(range({ preset: "yesterday" })).toEqual(["2026-11-15T23:00:00.000Z", "2026-11-16T23:00:00.000Z"]);
    expect(range({ preset: "days7" })).toEqual(["2026-11-10T23:00:00.000Z", null]);
    expect(range({ preset: "month" })).toEqual(["2026-10-31T23:00:00.000Z", null]);
  });

  it("hold over a change of clocks", () => {
    // October begins in summer time and ends in winter time.
    expect(range({ preset: "last_month" })).toEqual(["2026-09-30T22:00:00.000Z", "2026-10-31T23:00:00.000Z"]);
  });

  it("hold over a change of year", () => {
    const { from_ms, until_ms } = bounds({ preset: "last_month" }, Date.parse("2027-01-03T10:00:00Z"), "UTC");
    expect([iso(from_ms), iso(until_ms)]).toEqual(["2026-12-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z"]);
  });
});

describe("the filter that is asked", () => {
  it("leaves out a part of a number that is too short", () => {
    expect(enoughDigits("")).toBe(true);
    expect(enoughDigits("+1 5")).toBe(false);
    expect(enoughDigits("(519)")).toBe(true);
    expect(toFilter({ ...EVERYTHING, number: "51" }, NOW, ZONE).number).toBe("");
    expect(toFilter({ ...EVERYTHING, number: " 519 " }, NOW, ZONE).number).toBe("519");
  });

  it("comes back as it was saved", () => {
    const chosen = { ...EVERYTHING, clients: ["c1"], recorded: true, period: { preset: "days7" as const } };
    expect(fromFilter(toFilter(chosen, NOW, ZONE), "days7")).toEqual(chosen);
    expect(isEverything(fromFilter(toFilter(EVERYTHING, NOW, ZONE)))).toBe(true);
    const custom = { ...EVERYTHING, period: { from_ms: 5, until_ms: null } };
    expect(fromFilter(toFilter(custom, NOW, ZONE))).toEqual(custom);
  });

  it("knows when nothing is filtered", () => {
    expect(isEverything(EVERYTHING)).toBe(true);
    expect(isEverything({ ...EVERYTHING, text: "x" })).toBe(false);
  });
});
