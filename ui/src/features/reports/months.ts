import { wallToMs } from "../../kit/format";

/** The instants of a month `YYYY-MM` in a zone. `until_ms` is exclusive. */
export function monthBounds(month: string, zone: string): { from_ms: number; until_ms: number } {
  const [year, number] = month.split("-").map(Number);
  const next = new Date(Date.UTC(year ?? 1970, number ?? 1, 1)).toISOString().slice(0, 7);
  return { from_ms: wallToMs(`${month}-01T00:00`, zone) ?? 0, until_ms: wallToMs(`${next}-01T00:00`, zone) ?? 0 };
}

/** A month for a person: `Nov 2026`. */
export function monthName(month: string, locale: string, long = false): string {
  const language = locale === "en" ? "en-GB" : locale;
  return new Intl.DateTimeFormat(language, { month: long ? "long" : "short", year: "numeric", timeZone: "UTC" }).format(Date.parse(`${month}-01T00:00:00Z`));
}
