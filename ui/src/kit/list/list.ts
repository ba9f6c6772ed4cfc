import type House from "@lucide/svelte/icons/house";
import type { Snippet } from "svelte";
import type { Problem } from "../../api/bindings";
import type { Column } from "../table/column";
import type { Key } from "./order";

/** A column of a list page. Its words are functions, so that they follow the language. */
export type ListColumn<T> = {
  id: string;
  title: () => string;
  /** What the cell says: shown, searched and exported. */
  text: (row: T) => string;
  /** What a file of the list holds, where that is another text: a number without separators. */
  plain?: (row: T) => string;
  /** Least width in px; the words of the header always have room. */
  width_px: number;
  /** Its share of what is left, usually 1; without it the width is fixed. */
  grow?: number;
  align?: "end";
  /** Orders the rows. Without it they are ordered by the text. */
  key?: (row: T) => Key;
  /** Not shown until the person chooses it. */
  extra?: boolean;
  /** Draws the cell where words alone would say less. */
  cell?: Snippet<[T]>;
};

/** Something that can be done to rows: stands in the bar of the selection and in the menu of a row. */
export type Action<T> = {
  label: () => string;
  icon: typeof House;
  run: (rows: T[]) => void;
  /** To one row at a time, or to several together. */
  for: "one" | "many";
  /** Takes something away. The first one is also on the Delete key. */
  danger?: boolean;
  /** Why it can't be done to these rows now, in a sentence; nothing where it can. */
  disabled?: (rows: T[]) => string | null | undefined | false;
};

/** What a list page is read by: every `query(…)` is one. */
export type Source = { problem: Problem | undefined; loading: boolean; slow: boolean; again(): void };

/** What stands where there are no rows. */
export type Empty = {
  title: string;
  body?: string;
  icon?: typeof House;
  /** The rows do not come with the sync: there are none even while the first one runs. */
  unsynced?: boolean;
};

/** Width of a letter at the size of the table, in px, on the wide side. */
const LETTER_PX = 6.6;
/** A cell's padding and the arrow of a sorted header, in px. */
const HEAD_PX = 28;

/** The column as the grid takes it. */
export function gridColumn<T>(column: ListColumn<T>): Column {
  const label = column.title();
  return {
    id: column.id,
    label,
    least_px: Math.max(column.width_px, Math.ceil(label.length * LETTER_PX + HEAD_PX)),
    grow: column.grow ?? 0,
    sort: column.id,
    ...(column.align ? { align: column.align } : {}),
  };
}

/** The actions that these rows take, with the reason where one can't be done now. */
export function offered<T>(actions: Action<T>[], rows: T[]): { action: Action<T>; why: string }[] {
  return actions
    .filter((action) => rows.length === 1 || (rows.length > 1 && action.for === "many"))
    .map((action) => ({ action, why: action.disabled?.(rows) || "" }));
}
