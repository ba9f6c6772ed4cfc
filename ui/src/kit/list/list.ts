import type House from "@lucide/svelte/icons/house";
import type { Snippet } from "svelte";
import type { Problem } from "../../api/bindings";
import type { Column } from "../table/column";
import { roomFor, roomForHead } from "../table/width";
import type { Key } from "./order";

/** A column of a list page. Its words are functions, so that they follow the language. */
export type ListColumn<T> = {
  id: string;
  title: () => string;
  /** What the cell says: shown, searched and exported. */
  text: (row: T) => string;
  /** What a file of the list holds, where that is another text: a number without separators. */
  plain?: (row: T) => string;
  /** Least width in px. The words of the header always have room, and so has what a column that grows says, up to a limit. */
  width_px: number;
  /** Its share of what is left, usually 1; without it the width is fixed. */
  grow?: number;
  align?: "end";
  /** Orders the rows. Without it they are ordered by the text. */
  key?: (row: T) => Key;
  /** Left out in a narrow window until the person chooses it; the highest goes first. Without it the column stays. */
  yields?: number;
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
  /** The rows come with the sync: while the first one runs, that there are none says nothing yet. */
  synced?: boolean;
};

/** Room that a column makes for what it says, in px; beyond it the tooltip says the rest. */
const SAID_MOST_PX = 240;
/** Rows that are looked at for how wide a column is. */
const SAMPLE = 400;

/** Some of the rows, from all of the list. */
export function sampleOf<T>(rows: T[]): T[] {
  const step = Math.ceil(rows.length / SAMPLE);
  return step > 1 ? rows.filter((_, at) => at % step === 0) : rows;
}

/** The column as the grid takes it, with rows of the list to see how wide it is. */
export function gridColumn<T>(column: ListColumn<T>, sample: T[]): Column {
  const label = column.title();
  const said = column.grow && !column.cell ? Math.min(SAID_MOST_PX, roomFor(sample.map(column.text))) : 0;
  return {
    id: column.id,
    label,
    least_px: Math.max(column.width_px, said, roomForHead(label)),
    grow: column.grow ?? 0,
    sort: column.id,
    ...(column.align ? { align: column.align } : {}),
    ...(column.yields ? { yields: column.yields } : {}),
  };
}

/** The actions that these rows take, with the reason where one can't be done now. */
export function offered<T>(actions: Action<T>[], rows: T[]): { action: Action<T>; why: string }[] {
  return actions
    .filter((action) => rows.length === 1 || (rows.length > 1 && action.for === "many"))
    .map((action) => ({ action, why: action.disabled?.(rows) || "" }));
}
