import type { CallFilter, CallResult, Direction } from "../../api/bindings";
import { dayOf, wallToMs } from "../../kit/format";

export const PRESETS = ["all", "today", "yesterday", "days7", "days30", "month", "last_month"] as const;
export type Preset = (typeof PRESETS)[number];

/** A preset moves with the days; a custom range does not. `until_ms` is exclusive. */
export type Period = { preset: Preset } | { from_ms: number | null; until_ms: number | null };

/** What the person chose: the filter, with its period still as it was said. */
export type Chosen = Omit<CallFilter, "from_ms" | "until_ms"> & { period: Period };

export const EVERYTHING: Chosen = {
  period: { preset: "all" },
  clients: [],
  users: [],
  directions: [],
  results: [],
  number: "",
  name: "",
  talk_min_seconds: null,
  talk_max_seconds: null,
  recorded: false,
  text: "",
};

export const DIRECTIONS: Direction[] = ["inbound", "outbound", "internal"];
export const RESULTS: CallResult[] = ["answered", "no_answer", "busy", "failed", "cancelled", "voicemail", "blocked"];

/** A part of a number has at least this many digits. */
export const LEAST_DIGITS = 3;

export const enoughDigits = (number: string): boolean =>
  number.trim() === "" || number.replace(/\D/g, "").length >= LEAST_DIGITS;

function plusDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

function monthStart(day: string, months: number): string {
  const [year, month] = day.split("-").map(Number);
  return new Date(Date.UTC(year ?? 1970, (month ?? 1) - 1 + months, 1)).toISOString().slice(0, 10);
}

/** The instants of a period, at a moment and in a zone. */
export function bounds(period: Period, now: number, zone: string): { from_ms: number | null; until_ms: number | null } {
  if (!("preset" in period)) return period;
  const today = dayOf(now, zone);
  const at = (day: string) => wallToMs(`${day}T00:00`, zone);
  switch (period.preset) {
    case "all":
      return { from_ms: null, until_ms: null };
    case "today":
      return { from_ms: at(today), until_ms: null };
    case "yesterday":
      return { from_ms: at(plusDays(today, -1)), until_ms: at(today) };
    case "days7":
      return { from_ms: at(plusDays(today, -6)), until_ms: null };
    case "days30":
      return { from_ms: at(plusDays(today, -29)), until_ms: null };
    case "month":
      return { from_ms: at(monthStart(today, 0)), until_ms: null };
    case "last_month":
      return { from_ms: at(monthStart(today, -1)), until_ms: at(monthStart(today, 0)) };
  }
}

/** The filter as the backend takes it. */
export function toFilter(chosen: Chosen, now: number, zone: string): CallFilter {
  const { period, ...rest } = chosen;
  const number = enoughDigits(rest.number) ? rest.number.trim() : "";
  return { ...rest, number, name: rest.name.trim(), text: rest.text.trim(), ...bounds(period, now, zone) };
}

/** A filter that was saved, with the name of the period it was saved with, if it had one. */
export function fromFilter(filter: CallFilter, named?: string | null): Chosen {
  const { from_ms, until_ms, ...rest } = filter;
  const preset = PRESETS.find((one) => one === named);
  const period: Period = preset
    ? { preset }
    : from_ms === null && until_ms === null
      ? { preset: "all" }
      : { from_ms, until_ms };
  return { ...rest, period };
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** True when nothing is filtered. */
export const isEverything = (chosen: Chosen): boolean =>
  (Object.keys(EVERYTHING) as (keyof Chosen)[]).every((key) => same(chosen[key], EVERYTHING[key]));

/** True when two choices show the same calls. */
export const sameChoice = (a: Chosen, b: Chosen): boolean =>
  (Object.keys(EVERYTHING) as (keyof Chosen)[]).every((key) => same(a[key], b[key]));
