import ArrowRightLeft from "@lucide/svelte/icons/arrow-right-left";
import Building2 from "@lucide/svelte/icons/building-2";
import FileDown from "@lucide/svelte/icons/file-down";
import Hash from "@lucide/svelte/icons/hash";
import Keyboard from "@lucide/svelte/icons/keyboard";
import Plus from "@lucide/svelte/icons/plus";
import RefreshCw from "@lucide/svelte/icons/refresh-cw";
import SunMoon from "@lucide/svelte/icons/sun-moon";
import UserRound from "@lucide/svelte/icons/user-round";
import type { Account } from "../../api/bindings";
import { directory } from "../../kit/directory.svelte";
import { phone } from "../../kit/format";
import { guard } from "../../kit/form/guard.svelte";
import { route } from "../../kit/route.svelte";
import { showProblem } from "../../kit/toasts.svelte";
import { navigation, pagesOf } from "../../pages";
import { m } from "../../paraglide/messages";
import { calls } from "../calls/calls.svelte";
import { type Chosen, EVERYTHING } from "../calls/filter";
import { help } from "../frame/shortcuts.svelte";
import { session } from "../session/session.svelte";
import { settings } from "../settings/settings.svelte";
import { sync } from "../sync/sync.svelte";
import type { Entry } from "./palette.svelte";

function showCalls(part: Partial<Chosen>): void {
  calls.show({ ...EVERYTHING, ...part });
  route.go("/calls");
}

const pages = (account: Account): Entry[] =>
  navigation(account).map((page) => ({ id: `page:${page.path}`, label: page.title(), hint: m.palette_page(), icon: page.nav.icon, run: () => route.go(page.path) }));

/** Pages that make a new thing are actions here. */
const fresh = (account: Account): Entry[] =>
  pagesOf(account)
    .filter((page) => page.path.endsWith("/new"))
    .map((page) => ({ id: `page:${page.path}`, label: m.palette_new({ name: page.title() }), hint: m.palette_action(), icon: Plus, run: () => route.go(page.path) }));

function actions(account: Account): Entry[] {
  const hint = m.palette_action();
  const others = (session.state?.accounts ?? []).filter((one) => one.key !== account.key);
  return [
    { id: "export", label: m.palette_export(), hint, icon: FileDown, run: exportCalls },
    { id: "sync", label: m.sync_now(), hint, icon: RefreshCw, run: () => void sync.now() },
    { id: "theme", label: settings.dark ? m.palette_light() : m.palette_dark(), hint, icon: SunMoon, run: () => void settings.change({ theme: settings.dark ? "light" : "dark" }) },
    { id: "keys", label: m.keys_title(), hint, icon: Keyboard, run: () => (help.open = true) },
    ...others.map((one) => ({
      id: `account:${one.key}`,
      label: m.palette_account({ name: one.reseller || one.name }),
      hint: one.email,
      icon: ArrowRightLeft,
      run: () => guard.leave(() => void session.change(one.key).catch(showProblem)),
    })),
  ];
}

function exportCalls(): void {
  calls.exporting = true;
  route.go("/calls");
}

/** Opens the thing's own page where this account has one, else its calls. */
function opener(account: Account, pattern: string): (id: string, part: Partial<Chosen>) => void {
  const has = pagesOf(account).some((page) => page.path === `${pattern}/:id`);
  return (id, part) => (has ? route.go(`${pattern}/${id}`) : showCalls(part));
}

function people(account: Account): Entry[] {
  const [client, user] = [opener(account, "/clients"), opener(account, "/users")];
  const clients = directory.several ? directory.clients : [];
  return [
    ...clients.map((one) => ({ id: `client:${one.id}`, label: one.name, hint: m.column_client(), also: one.realm, icon: Building2, run: () => client(one.id, { clients: [one.id] }) })),
    ...directory.users.map((one) => ({
      id: `user:${one.id}`,
      label: one.name || one.extension,
      hint: [one.extension, directory.several ? directory.clientName(one.client) : ""].filter(Boolean).join(" · "),
      also: one.extension,
      icon: UserRound,
      run: () => user(one.id, { users: [one.id] }),
    })),
    ...directory.numbers.map((one) => ({
      id: `number:${one.id}`,
      label: phone(one.e164, directory.client(one.client)?.country ?? ""),
      hint: directory.clientName(one.client),
      also: one.e164,
      icon: Hash,
      run: () => showCalls({ number: one.e164 }),
    })),
  ];
}

/** Everything that the palette can reach. */
export const entriesOf = (account: Account): Entry[] => [...pages(account), ...fresh(account), ...actions(account), ...people(account)];
