import type { Language } from "../api/bindings";
import { overwriteGetLocale } from "../paraglide/runtime";

const KNOWN: Language[] = ["en", "fr", "es", "de"];

function ofMachine(): Language {
  const wanted = typeof navigator === "undefined" ? [] : navigator.languages;
  for (const one of wanted) {
    const found = KNOWN.find((language) => one.toLowerCase().startsWith(language));
    if (found) return found;
  }
  return "en";
}

// Messages read the language through this state, so a change re-renders every text at once.
class LanguageState {
  now = $state<Language>(ofMachine());

  set(language: Language): void {
    this.now = language;
    document.documentElement.lang = language;
  }
}

export const language = new LanguageState();
overwriteGetLocale(() => language.now);
