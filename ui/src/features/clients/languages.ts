import { m } from "../../paraglide/messages";

/** The languages that a new login can begin with, by their own names. */
export const LANGUAGES = [
  { value: "en", label: "English" },
  { value: "fr", label: "Français" },
  { value: "es", label: "Español" },
  { value: "de", label: "Deutsch" },
];

/** Every time zone that this computer knows, for a picker. */
export const timeZones = (): { value: string; label: string }[] => Intl.supportedValuesOf("timeZone").map((zone) => ({ value: zone, label: zone }));

/** Every country, by its name in a language. */
export function countries(language: string): { value: string; label: string; hint: string }[] {
  const names = new Intl.DisplayNames([language], { type: "region", fallback: "none" });
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  const all = letters.flatMap((first) => letters.map((second) => first + second));
  return all
    .flatMap((code) => {
      const name = names.of(code);
      return name ? [{ value: code, label: name, hint: code }] : [];
    })
    .sort((a, b) => a.label.localeCompare(b.label, language));
}

/** A limit in words: none, no such call, or a number. */
export const limitWords = (limit: number | null): string => (limit === null ? m.clients_no_limit() : String(limit));
