import { describe, expect, it } from "vitest";
import { MOST_PX, ROW_PX, ScrollMap } from "./scroll";

const VIEW = 640;

function map(rows: number): ScrollMap {
  const scroll = new ScrollMap();
  scroll.size(rows, VIEW);
  return scroll;
}

describe("a list that fits in one element", () => {
  it("is scrolled pixel by pixel", () => {
    const scroll = map(1000);
    scroll.scrolled(333);
    expect(scroll.top).toBe(333);
    expect(scroll.first).toBe(10);
    expect(scroll.place(10)).toBe(320);
    expect(scroll.settled()).toBe(333);
  });

  it("shows no more rows than there are", () => {
    expect(map(3).shown).toBe(3);
    expect(map(0).shown).toBe(0);
  });
});

describe("ten million rows", () => {
  const rows = 10_000_000;
  const end = rows * ROW_PX - VIEW;

  it("never makes an element above the cap", () => {
    expect(map(rows).elementHeight).toBe(MOST_PX);
  });

  it("moves by the pixels of the wheel, wherever it is", () => {
    const scroll = map(rows);
    const start = scroll.to(5_000_000 * ROW_PX);
    scroll.scrolled(start + 100);
    expect(scroll.top).toBe(5_000_000 * ROW_PX + 100);
    scroll.scrolled(start - 3);
    expect(scroll.top).toBe(5_000_000 * ROW_PX - 3);
    expect(scroll.place(5_000_000)).toBe(Math.round(start - 3 + 3));
  });

  it("goes to the proportional place when the thumb is dragged", () => {
    const scroll = map(rows);
    scroll.scrolled((MOST_PX - VIEW) / 2);
    expect(scroll.top).toBeCloseTo(end / 2, 0);
    scroll.scrolled(MOST_PX - VIEW);
    expect(scroll.top).toBe(end);
    expect(scroll.first + scroll.shown).toBe(rows);
    scroll.scrolled(0);
    expect(scroll.top).toBe(0);
  });

  it("reaches the first and the last row by wheel alone", () => {
    const scroll = map(rows);
    scroll.to(220_000);
    let turns = 0;
    while (scroll.top > 0 && turns++ < 5_000) {
      scroll.scrolled(Math.max(0, scroll.physical - 100));
      if (scroll.stuck) scroll.to(scroll.top);
    }
    expect(scroll.top).toBe(0);
    expect(turns).toBeLessThanOrEqual(2_202);
    scroll.to(end - 250);
    scroll.scrolled(scroll.physical + 250);
    expect(scroll.top).toBe(end);
  });

  it("keeps its place when rows arrive", () => {
    const scroll = map(rows);
    scroll.to(123_456_789);
    scroll.size(rows + 5000, VIEW);
    expect(scroll.top).toBe(123_456_789);
  });

  it("brings a row into view with the least movement", () => {
    const scroll = map(rows);
    scroll.reveal(9_999_999);
    expect(scroll.top).toBe(end);
    scroll.reveal(9_999_990);
    expect(scroll.top).toBe(end);
    scroll.reveal(4_000_000);
    expect(scroll.top).toBe(4_000_000 * ROW_PX);
  });
});
