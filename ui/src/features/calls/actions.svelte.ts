import type { CallRow } from "../../api/bindings";
import { e164, phone } from "../../kit/format";
import { showProblem, toasts } from "../../kit/toasts.svelte";
import { words } from "../../kit/words.svelte";
import { m } from "../../paraglide/messages";
import { player } from "../player/player.svelte";
import { session } from "../session/session.svelte";
import { calls } from "./calls.svelte";
import { directory } from "../../kit/directory.svelte";
import { recordings } from "./recordings.svelte";

const country = (row: CallRow): string => directory.client(row.client)?.country ?? "";

/** Who called, in a word: the name where there is one, else the number. */
export const fromWords = (row: CallRow): string => row.from_name || phone(row.from_number, country(row)) || m.number_anonymous();
export const toWords = (row: CallRow): string => phone(row.to_number, country(row));

/** The number at the other end: whom the client's people talked with. */
export const farNumber = (row: CallRow): string => (row.direction === "inbound" ? row.from_number : row.to_number);

export const playable = (row: CallRow | undefined): boolean =>
  row !== undefined && row.recording === "available" && row.recording_leg !== null && session.account?.may_play_recordings === true;

const titleOf = (row: CallRow): string => `${fromWords(row)} → ${toWords(row)}`;

async function copy(text: string, said: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toasts.show("info", said);
  } catch (problem) {
    showProblem(problem, m.copy_failed());
  }
}

// What can be done to calls: the toolbar, the row menu and the keys call the same.
export const actions = {
  get rows(): CallRow[] {
    const chosen = calls.selection.rows;
    return chosen.length ? chosen : calls.row ? [calls.row] : [];
  },
  play(row: CallRow | undefined): void {
    if (!row?.recording_leg || !playable(row)) return;
    void player.load(row.recording_leg, titleOf(row), { from: fromWords(row), to: toWords(row) });
  },
  download(row: CallRow | undefined): void {
    if (row?.recording_leg && playable(row)) void recordings.download(row.recording_leg);
  },
  /** The recordings of what is chosen that may be deleted. */
  get removable(): CallRow[] {
    if (!session.account?.may_delete_recordings || calls.selection.all) return [];
    return actions.rows.filter((row) => row.recording === "available" && row.recording_leg !== null);
  },
  remove(): void {
    const rows = actions.removable;
    if (rows.length) recordings.ask(rows.flatMap((row) => (row.recording_leg ? [{ leg: row.recording_leg, title: titleOf(row) }] : [])));
  },
  async copyNumber(raw: string, row: CallRow): Promise<void> {
    const number = e164(raw, country(row));
    await copy(number, m.copied_number({ number }));
  },
  async copyNumbers(): Promise<void> {
    const numbers = [...new Set(actions.rows.map((row) => e164(farNumber(row), country(row))).filter(Boolean))];
    if (!numbers.length) return;
    const only = numbers[0] ?? "";
    await copy(
      numbers.join("\n"),
      numbers.length === 1 ? m.copied_number({ number: only }) : m.copied_numbers({ count: numbers.length, n: words.count(numbers.length) }),
    );
  },
};
