export type PhonesShown = "all" | "online" | "offline";

// What of the live lists is shown; kept while one looks at other pages, and set by what leads here.
class Shown {
  /** Of this client only, on the calls and on the phones. */
  client = $state<string | null>(null);
  phones = $state<PhonesShown>("all");
}

export const shown = new Shown();
