/** A column of a Grid. */
export type Column = {
  id: string;
  /** The words of the header, also its name in the column chooser. */
  label: string;
  /** Least width in px: what it mostly says has room in it. */
  least_px: number;
  /** Its share of what is left; 0: always the least width. */
  grow: number;
  align?: "end";
  /** Left out where a list has no room for all its columns; the highest goes first. Without it the column stays. */
  yields?: number;
  /** Given: the header sorts. */
  sort?: string;
  /** The header shows no words (they are still its name). */
  bare?: boolean;
};

/** The ids of columns to show, in the person's order; unknown ones (of another version) are left out. */
export function chosenIds(saved: string[], known: string[], first: string[]): string[] {
  const still = saved.filter((id) => known.includes(id));
  return still.length ? still : first;
}
