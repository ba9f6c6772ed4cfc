/** What a row is ordered by; nothing comes last, whichever way it goes. */
export type Key = string | number | boolean | null | undefined;

export type Sorting = { by: string; descending: boolean };

/** Between the texts of a row's columns, so that no search finds what two of them make together. */
export const BETWEEN = "\u001f";
/** Digits that say enough to be looked for without their spaces and signs. */
const LEAST_DIGITS = 3;
const DIGITS = 16;

/** A text as it is compared: small letters without marks. */
export function folded(text: string): string {
  const small = text.toLowerCase();
  // Most texts are plain; taking marks apart costs more than all the rest.
  return /[^\x20-\x7f\u001f]/.test(small) ? small.normalize("NFD").replace(/\p{M}/gu, "") : small;
}

/** The same, so that 9 comes before 10. */
const natural = (text: string): string => folded(text).replace(/\d+/g, (digits) => digits.padStart(DIGITS, "0"));

const unsigned = (text: string): string => text.replace(/[ ().+\-/]/g, "");

/** The rows in the order of a key; equal ones stay as they were. */
export function ordered<T>(rows: T[], key: (row: T) => Key, descending: boolean): T[] {
  const way = descending ? -1 : 1;
  const keyed = rows.map((row) => {
    const given = key(row);
    return { row, by: typeof given === "string" ? natural(given.trim()) : typeof given === "boolean" ? Number(given) : (given ?? "") };
  });
  keyed.sort((a, b) => {
    if (a.by === b.by) return 0;
    if (a.by === "") return 1;
    if (b.by === "") return -1;
    return a.by < b.by ? -way : way;
  });
  return keyed.map((one) => one.row);
}

/** Tells which texts hold every word of a search. The texts are folded; a number is found with and without its signs. */
export function finder(search: string): (text: string) => boolean {
  const words = folded(search).split(/\s+/).filter(Boolean);
  const number = /^[\d\s().+\-/]+$/.test(search) ? unsigned(search.replace(/\s/g, "")) : "";
  return (text) => words.every((word) => text.includes(word)) || (number.length >= LEAST_DIGITS && unsigned(text).includes(number));
}
