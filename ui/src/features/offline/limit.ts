/** Bytes of one gigabyte, as disks are sold. */
export const GIGABYTE = 1_000_000_000;

/** Bytes of a size in gigabytes as typed (`2`, `0.5`, `0,5`); `null` for what is none. */
export function parseGigabytes(text: string): number | null {
  const trimmed = text.trim().replace(",", ".");
  if (!/^\d{1,5}(\.\d{1,3})?$/.test(trimmed)) return null;
  const bytes = Math.round(Number(trimmed) * GIGABYTE);
  return bytes > 0 ? bytes : null;
}
