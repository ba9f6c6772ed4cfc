/**
 * A list page is its rows, its columns, its actions and its empty state, and nothing else. Order,
 * search, selection, keys, the menu of a row, the choice of columns, export to CSV, what stands
 * there while it loads, is empty, fails or is offline, and coming back to it as it was left are
 * the ListPage's. The whole of a page:
 *
 * ```svelte
 * <script lang="ts">
 *   const blocks = query("blocks.list", () => ({}));
 *   const columns: ListColumn<Block>[] = [
 *     { id: "number", title: m.blocks_number, text: (row) => phone(row.number, ""), key: (row) => row.number, width_px: 140, grow: 1 },
 *     { id: "hits", title: m.blocks_hits, text: (row) => words.count(row.hits), key: (row) => row.hits, width_px: 70, align: "end" },
 *     { id: "note", title: m.blocks_note, text: (row) => row.note, width_px: 120, grow: 2, extra: true },
 *   ];
 *   const actions: Action<Block>[] = [
 *     { label: m.edit, icon: Pencil, for: "one", run: ([row]) => row && route.go(`/blocks/${row.id}`) },
 *     { label: m.remove, icon: Trash2, for: "many", danger: true, run: remove, disabled: () => sync.offline && m.needs_server() },
 *   ];
 * </script>
 *
 * <ListPage name="blocks" label={m.page_blocks()} source={blocks} rows={blocks.data?.rows} as_of_ms={blocks.data?.offline ? blocks.data.as_of_ms : null}
 *   id={(row) => row.id} {columns} {actions} sort={{ by: "number", descending: false }} onopen={(row) => route.go(`/blocks/${row.id}`)}
 *   create={{ label: m.blocks_new(), run: () => route.go("/blocks/new") }} empty={{ title: m.blocks_empty(), body: m.blocks_empty_body(), icon: Ban }} />
 * ```
 *
 * - `text` is what is shown, searched and exported; give `key` where the order is another one
 *   (numbers, instants), and `cell: someSnippet` where a cell is more than words. A snippet of the
 *   page's own markup can be named in its script.
 * - The page is registered by one line in `pages.ts`. `onopen` answers Enter and a double click,
 *   `create` the New button and the key N; the first action with `danger` has the Delete key.
 * - Lists in the change feed (clients, users, profiles, numbers) come from the cache and need no
 *   `as_of_ms`: the top bar says how fresh it is. The others come from `lists::read` of the
 *   desktop as `Listed`, with the time of what is shown when the server can't be reached.
 * - Removing: ask in a `Dialog` that says what goes with it, or do it and offer the way back by
 *   `toasts.undoable(m.blocks_removed(), () => call("blocks.create", block))`.
 * - Tell `SHOWS` in `api/query.svelte.ts` by which tags the read is read again.
 *
 * `features/clients/Clients.svelte` is a real one.
 */
export type { Action, Empty, ListColumn, Source } from "./list";
export { default as ListPage } from "./ListPage.svelte";
export { lists } from "./state.svelte";
