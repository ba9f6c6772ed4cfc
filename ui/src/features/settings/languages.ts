import type { Language } from "../../api/bindings";

/** A language is named in itself, so it is found by who needs it. */
export const languages = (): { value: Language; label: string }[] => [
  { value: "en", label: "English" },
  { value: "fr", label: "Français" },
  { value: "es", label: "Español" },
  { value: "de", label: "Deutsch" },
];
