import { expect, it } from "vitest";
import { clockOf, minuteOf } from "./clock";

it("reads and shows the minutes of a day", () => {
  expect([0, 61, 540, 1439, 1440].map(clockOf)).toEqual(["00:00", "01:01", "09:00", "23:59", "00:00"]);
  expect(minuteOf("09:05", false)).toBe(545);
  expect(minuteOf("00:00", false)).toBe(0);
  expect(minuteOf("00:00", true)).toBe(1440);
  expect(minuteOf("", false)).toBe(0);
});
