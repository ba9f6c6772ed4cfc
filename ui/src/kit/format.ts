import { type CountryCode, parsePhoneNumberFromString } from "libphonenumber-js/min";

let zoneHere: string | undefined;

/** The zone of the machine, as an IANA name. Asking the engine costs too much for each row. */
export function viewerZone(): string {
  zoneHere ??= new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return zoneHere;
}

/** Asks the machine's zone anew the next time: people travel. */
export function forgetViewerZone(): void {
  zoneHere = undefined;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function dates(locale: string, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  // English follows the day-month order that the rest of the product uses.
  const language = locale === "en" ? "en-GB" : locale;
  const key = `${language}|${zone}|${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (!format) {
    try {
      format = new Intl.DateTimeFormat(language, { ...options, timeZone: zone });
    } catch {
      // A zone that this machine does not know: say UTC rather than fail the list.
      format = new Intl.DateTimeFormat(language, { ...options, timeZone: "UTC" });
    }
    formats.set(key, format);
  }
  return format;
}

const HOUR_MINUTE = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;

/** The calendar day in a zone, `YYYY-MM-DD`. */
export function dayOf(ms: number, zone: string): string {
  const parts = dates("en", zone, { year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(ms);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}`;
}

/** Hours and minutes: `13:58`. */
export function clock(ms: number, zone: string, locale: string): string {
  return dates(locale, zone, HOUR_MINUTE).format(ms);
}

/** Today `13:58:21`, else `Mon 17 Nov 13:58`, in another year `17 Nov 2025 13:58`. */
export function instant(ms: number, zone: string, locale: string, now: number): string {
  const day = dayOf(ms, zone);
  const today = dayOf(now, zone);
  if (day === today) return dates(locale, zone, { ...HOUR_MINUTE, second: "2-digit" }).format(ms);
  const sameYear = day.slice(0, 4) === today.slice(0, 4);
  const date = dates(locale, zone, {
    day: "numeric",
    month: "short",
    ...(sameYear ? { weekday: "short" } : { year: "numeric" }),
  }).format(ms);
  return `${date.replaceAll(",", "")} ${clock(ms, zone, locale)}`;
}

/** A day for a sentence: `17 Nov 2026`. */
export function date(ms: number, zone: string, locale: string): string {
  return dates(locale, zone, { day: "numeric", month: "short", year: "numeric" }).format(ms);
}

/** Minutes east of UTC in a zone at an instant. */
export function offsetMinutes(ms: number, zone: string): number {
  const parts = dates("en", zone, {
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
    hourCycle: "h23",
  }).formatToParts(ms);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value ?? 0);
  const wall = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return Math.round((wall - Math.floor(ms / 1000) * 1000) / 60_000);
}

/** `+01:00` */
export function offset(ms: number, zone: string): string {
  const minutes = offsetMinutes(ms, zone);
  const two = (value: number) => String(value).padStart(2, "0");
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "−" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** The full instant with its offset and zone, for tooltips: `2026-11-17 13:58:21.512 +01:00 Europe/Paris`. `named`: with the zone's name. */
export function fullInstant(ms: number, zone: string, named = true): string {
  const shifted = new Date(ms + offsetMinutes(ms, zone) * 60_000).toISOString();
  return `${shifted.slice(0, 10)} ${shifted.slice(11, 23)} ${offset(ms, zone)}${named ? ` ${zone}` : ""}`;
}

/** The instant of a wall clock `YYYY-MM-DDTHH:MM` in a zone. In a gap, the hour that follows it. */
export function wallToMs(wall: string, zone: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(wall)) return null;
  const asUtc = Date.parse(`${wall}:00Z`);
  if (Number.isNaN(asUtc)) return null;
  // Two rounds: the offset at the guess may differ from the offset at the instant.
  const first = asUtc - offsetMinutes(asUtc, zone) * 60_000;
  return asUtc - offsetMinutes(first, zone) * 60_000;
}

/** The wall clock `YYYY-MM-DDTHH:MM` of an instant in a zone. */
export function msToWall(ms: number, zone: string): string {
  return new Date(ms + offsetMinutes(ms, zone) * 60_000).toISOString().slice(0, 16);
}

/** m:ss, or h:mm:ss from an hour on. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const rest = `${Math.floor((whole % 3600) / 60)}:${two(whole % 60)}`;
  return hours ? `${hours}:${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}` : rest;
}

const numberFormats = new Map<string, Intl.NumberFormat>();

function numbers(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale}|${JSON.stringify(options)}`;
  let format = numberFormats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, options);
    numberFormats.set(key, format);
  }
  return format;
}

/** A whole number with the separators of the language. */
export const count = (value: number, locale: string): string =>
  numbers(locale, { maximumFractionDigits: 0, useGrouping: "always" } as unknown as Intl.NumberFormatOptions).format(value);

/** A share from 0 to 1 as a percentage. */
export const percent = (share: number, locale: string): string =>
  numbers(locale, { style: "percent", maximumFractionDigits: share > 0 && share < 0.1 ? 1 : 0 }).format(share);

/** Bytes in the unit that a person reads: `412 KB`, `1.2 GB` (decimal steps). */
export function bytes(size: number, locale: string): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
  const step = size < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(size) / 3));
  const value = size / 1000 ** step;
  return numbers(locale, {
    style: "unit",
    unit: units[step],
    // The short form has no plural: "0 byte".
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: step > 1 && value < 100 ? 1 : 0,
  }).format(value);
}

const parsed = new Map<string, { shown: string; e164: string | null }>();

function parse(raw: string, country: string): { shown: string; e164: string | null } {
  const key = `${country}|${raw}`;
  let known = parsed.get(key);
  if (known) return known;
  known = { shown: raw, e164: null };
  // Only E.164 is surely a public number. Digits of another form are shown as the switch wrote
  // them: to guess a country for them would show a number that does not exist.
  if (/^\+\d{7,}$/.test(raw)) {
    const home = (country || "US") as CountryCode;
    const number = parsePhoneNumberFromString(raw, home);
    if (number?.isPossible()) {
      const national = number.country === home || (number.countryCallingCode === "1" && ["US", "CA"].includes(home));
      known = { shown: national ? number.formatNational() : number.formatInternational(), e164: number.number };
    }
  }
  if (parsed.size > 20_000) parsed.clear();
  parsed.set(key, known);
  return known;
}

/** A number as people of that country write it; what is not E.164 stays as it is. */
export const phone = (raw: string, country: string): string => parse(raw, country).shown;

/** A number as it is copied: E.164 where it is known as such, else as it was given. */
export const e164 = (raw: string, country: string): string => parse(raw, country).e164 ?? raw;
