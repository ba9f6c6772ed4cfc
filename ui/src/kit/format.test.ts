import { describe, expect, it } from "vitest";
import * as format from "./format";

const NOW = Date.parse("2026-11-17T12:58:21.512Z");
const PARIS = "Europe/Paris";

describe("instants", () => {
  it("are told by their time today, else by their day", () => {
    expect(format.instant(NOW - 1000, PARIS, "en", NOW)).toBe("13:58:20");
    expect(format.instant(Date.parse("2026-11-16T12:58:00Z"), PARIS, "en", NOW)).toBe("Mon 16 Nov 13:58");
    expect(format.instant(Date.parse("2025-11-17T12:58:00Z"), PARIS, "en", NOW)).toBe("17 Nov 2025 13:58");
  });

  it("follow the language", () => {
    const ms = Date.parse("2026-11-16T12:58:00Z");
    expect(format.instant(ms, PARIS, "fr", NOW)).toBe("lun. 16 nov. 13:58");
    expect(format.instant(ms, PARIS, "es", NOW)).toBe("lun 16 nov 13:58");
    expect(format.instant(ms, PARIS, "de", NOW)).toBe("Mo. 16. Nov. 13:58");
  });

  it("are today's by the zone, not by UTC", () => {
    const late = Date.parse("2026-11-16T23:30:00Z");
    expect(format.instant(late, PARIS, "en", NOW)).toBe("00:30:00");
    expect(format.instant(late, "UTC", "en", NOW)).toBe("Mon 16 Nov 23:30");
  });

  it("have their offset in the tooltip", () => {
    expect(format.fullInstant(NOW, PARIS)).toBe("2026-11-17 13:58:21.512 +01:00 Europe/Paris");
    expect(format.fullInstant(NOW, "America/St_Johns")).toBe("2026-11-17 09:28:21.512 −03:30 America/St_Johns");
    expect(format.fullInstant(Date.parse("2026-07-01T00:00:00Z"), PARIS, false)).toBe("2026-07-01 02:00:00.000 +02:00");
  });

  it("fall back to UTC in a zone that nobody knows", () => {
    expect(format.clock(NOW, "Mars/Olympus", "en")).toBe("12:58");
  });
});

describe("wall clocks", () => {
  it("come back as they went, over both changes of clocks", () => {
    for (const wall of ["2026-03-29T01:59", "2026-03-29T03:00", "2026-10-25T03:00", "2026-11-17T13:58"]) {
      const ms = format.wallToMs(wall, PARIS);
      expect(ms).not.toBeNull();
      expect(format.msToWall(ms ?? 0, PARIS)).toBe(wall);
    }
  });

  it("know what is no time", () => {
    expect(format.wallToMs("yesterday", PARIS)).toBeNull();
  });
});

describe("durations and sizes", () => {
  it("are m:ss, and h:mm:ss from an hour on", () => {
    expect([0, 9, 72, 3599, 3600, 45_296].map(format.duration)).toEqual(["0:00", "0:09", "1:12", "59:59", "1:00:00", "12:34:56"]);
  });

  it("are in the unit that a person reads", () => {
    expect(format.bytes(0, "en")).toBe("0 bytes");
    expect(format.bytes(412_000, "en")).toBe("412 kB");
    expect(format.bytes(1_234_000_000, "en")).toBe("1.2 GB");
    expect(format.bytes(1_234_000_000, "fr")).toMatch(/^1,2\sGo$/);
  });

  it("group digits as the language does, four digits too", () => {
    expect(format.count(1204, "en")).toBe("1,204");
    expect(format.count(1204, "de")).toBe("1.204");
    expect(format.count(1204, "es")).toBe("1.204");
  });
});

describe("numbers", () => {
  it("read nationally at home and internationally from abroad", () => {
    expect(format.phone("+15195550142", "CA")).toBe("(519) 555-0142");
    expect(format.phone("+15195550142", "FR")).toBe("+1 519 555 0142");
    expect(format.phone("+33142000000", "FR")).toBe("01 42 00 00 00");
    expect(format.phone("+33142000000", "CA")).toBe("+33 1 42 00 00 00");
  });

  it("are copied as E.164", () => {
    expect(format.e164("+15195550142", "CA")).toBe("+15195550142");
  });

  it("that are none stay as they are", () => {
    for (const raw of ["101", "911", "*97", "anonymous", "", "sip:ana@example.com", "15550100", "5195550142", "(519) 555-0142", "01133142000000", "+"]) {
      expect(format.phone(raw, "CA")).toBe(raw);
      expect(format.e164(raw, "CA")).toBe(raw);
    }
  });
});
