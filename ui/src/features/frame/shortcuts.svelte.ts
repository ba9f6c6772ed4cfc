import { route } from "../../kit/route.svelte";
import { toasts } from "../../kit/toasts.svelte";
import { palette } from "../palette/palette.svelte";
import { player } from "../player/player.svelte";

const mac = navigator.platform.startsWith("Mac");

/** The key that commands take here, as people of this system write it. */
export const commandKey = mac ? "⌘" : "Ctrl ";

class Search {
  input = $state<HTMLInputElement | undefined>();

  take(): void {
    this.input?.focus();
    this.input?.select();
  }
}

/** The search field of the top bar. */
export const search = new Search();

class Help {
  open = $state(false);
}

export const help = new Help();

const inField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));

// Buttons, menus and dialogs have their own keys; a grid's arrows move its rows.
const hasOwnKeys = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest("[role=dialog], [role=menu], [role=listbox], [role=slider]") !== null;

function playerKey(event: KeyboardEvent): boolean {
  if (!player.shown || event.ctrlKey || event.metaKey || event.altKey) return false;
  switch (event.key) {
    case "j":
    case "J":
      player.skip(-10_000);
      return true;
    case "k":
    case "K":
      player.toggle();
      return true;
    case "l":
    case "L":
      player.skip(10_000);
      return true;
    case "ArrowLeft":
      if (event.shiftKey) return false;
      player.skip(-5_000);
      return true;
    case "ArrowRight":
      if (event.shiftKey) return false;
      player.skip(5_000);
      return true;
    default:
      return false;
  }
}

/** Alt and a digit: a page of the navigation, from the top. */
function pageKey(event: KeyboardEvent, pages: string[]): boolean {
  const digit = /^Digit([1-9])$/.exec(event.code)?.[1] ?? /^[1-9]$/.exec(event.key)?.[0];
  const path = digit && event.altKey && !event.ctrlKey && !event.metaKey ? pages[Number(digit) - 1] : undefined;
  if (path) route.go(path);
  return path !== undefined;
}

function key(event: KeyboardEvent, pages: string[]): void {
  const command = mac ? event.metaKey : event.ctrlKey;
  if (command && event.key.toLowerCase() === "k") {
    event.preventDefault();
    if (!hasOwnKeys(event.target)) palette.show();
    return;
  }
  if (event.defaultPrevented || inField(event.target) || hasOwnKeys(event.target)) return;
  if (command && event.key.toLowerCase() === "z" && !event.shiftKey) {
    if (toasts.undoLast()) event.preventDefault();
    return;
  }
  if (event.key === "?" || (event.key === "/" && event.shiftKey)) help.open = true;
  else if (event.key === "/") search.take();
  else if (!pageKey(event, pages) && !playerKey(event)) return;
  event.preventDefault();
}

/** Starts hearing the app's own keys; `pages` are those that have a number. Gives back what stops it. */
export function startShortcuts(pages: () => string[]): () => void {
  const hear = (event: KeyboardEvent) => key(event, pages());
  window.addEventListener("keydown", hear);
  return () => window.removeEventListener("keydown", hear);
}
