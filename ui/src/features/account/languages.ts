/** The languages of mails and screens, each named in itself. */
export const LANGUAGES = [
  { value: "en", label: "English" },
  { value: "fr", label: "Français" },
  { value: "es", label: "Español" },
  { value: "de", label: "Deutsch" },
];

export const languageName = (code: string): string => LANGUAGES.find((one) => one.value === code)?.label ?? code;
