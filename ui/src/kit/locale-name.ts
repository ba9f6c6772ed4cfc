// On a Linux without a language (LANG=C) the web view calls its language "C", which is no language
// tag: `Intl` refuses it, and uPlot asks for it while it loads. So this is imported before all else.
try {
  new Intl.NumberFormat(navigator.language);
} catch {
  Object.defineProperty(navigator, "language", { value: "en", configurable: true });
}
