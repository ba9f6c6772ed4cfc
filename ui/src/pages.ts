import BadgeCheck from "@lucide/svelte/icons/badge-check";
import Building2 from "@lucide/svelte/icons/building-2";
import Ban from "@lucide/svelte/icons/ban";
import ChartNoAxesColumn from "@lucide/svelte/icons/chart-no-axes-column";
import Hash from "@lucide/svelte/icons/hash";
import House from "@lucide/svelte/icons/house";
import Palette from "@lucide/svelte/icons/palette";
import Headset from "@lucide/svelte/icons/headset";
import PhoneCall from "@lucide/svelte/icons/phone-call";
import PhoneForwarded from "@lucide/svelte/icons/phone-forwarded";
import RadioTower from "@lucide/svelte/icons/radio-tower";
import RouterIcon from "@lucide/svelte/icons/router";
import ScrollText from "@lucide/svelte/icons/scroll-text";
import Settings from "@lucide/svelte/icons/settings";
import Split from "@lucide/svelte/icons/split";
import UserRound from "@lucide/svelte/icons/user-round";
import Route from "@lucide/svelte/icons/route";
import Siren from "@lucide/svelte/icons/siren";
import Blocks from "./features/blocks/Blocks.svelte";
import UserLock from "@lucide/svelte/icons/user-lock";
import Users from "@lucide/svelte/icons/users";
import type { Component } from "svelte";
import type { Account, ClientPage as Limit, Features, Role } from "./api/bindings";
import MyAccount from "./features/account/MyAccount.svelte";
import CallDetails from "./features/calls/CallDetails.svelte";
import Audit from "./features/audit/Audit.svelte";
import Branding from "./features/branding/Branding.svelte";
import ArchivedClients from "./features/clients/Archived.svelte";
import ClientPage from "./features/clients/ClientPage.svelte";
import Clients from "./features/clients/Clients.svelte";
import Simulator from "./features/dial/Simulator.svelte";
import Emergency from "./features/emergency/Emergency.svelte";
import Home from "./features/home/Home.svelte";
import Limited from "./features/limited/Limited.svelte";
import ActiveCalls from "./features/live/ActiveCalls.svelte";
import CallPanel from "./features/live/CallPanel.svelte";
import DuplicatedNat from "./features/live/DuplicatedNat.svelte";
import Registrations from "./features/live/Registrations.svelte";
import NumberPage from "./features/numbers/NumberPage.svelte";
import Numbers from "./features/numbers/Numbers.svelte";
import ProfilePage from "./features/profiles/ProfilePage.svelte";
import Profiles from "./features/profiles/Profiles.svelte";
import Reports from "./features/reports/Reports.svelte";
import SettingsPage from "./features/settings/Settings.svelte";
import ImportUsers from "./features/users/ImportUsers.svelte";
import OwnCalls from "./features/users/OwnCalls.svelte";
import PhoneSettings from "./features/users/PhoneSettings.svelte";
import UserPage from "./features/users/UserPage.svelte";
import UsersPage from "./features/users/Users.svelte";
import { best, type Params } from "./kit/path";
import { m } from "./paraglide/messages";

/** The groups of the navigation, in its order. */
export const GROUPS = {
  overview: m.nav_overview,
  accounts: m.nav_accounts,
  numbers: m.nav_numbers,
  phones: m.nav_phones,
  app: m.nav_app,
};

export type Page = {
  /** `/clients`, or with parameters that the component gets by name: `/clients/:id`. */
  path: string;
  title: () => string;
  // Any page: what it is given is what its path says.
  component: Component<never>;
  /** Who may see it. */
  roles: Role[];
  /** What a limited client can go without; "every": no limited client has it. */
  limits?: Limit | "every";
  /** What a user's profile must let it do to have it. */
  feature?: keyof Features;
  /** Its place in the navigation. Without one it is reached from the page whose path begins it. */
  nav?: { group: keyof typeof GROUPS; icon: typeof House };
};

const EVERYBODY: Role[] = ["reseller", "client", "user"];
/** A reseller, or a client itself. */
const OFFICE: Role[] = ["reseller", "client"];
const RESELLER: Role[] = ["reseller"];

/** Every page of the app, in the order of the navigation. One line a page. */
export const PAGES: Page[] = [
  { path: "/", title: m.page_home, roles: EVERYBODY, nav: { group: "overview", icon: House }, component: Home },
  { path: "/calls", title: m.page_calls, roles: EVERYBODY, limits: "calls", nav: { group: "overview", icon: PhoneCall }, component: CallDetails },
  { path: "/active", title: m.page_active, roles: EVERYBODY, limits: "active_calls", feature: "active_calls_page", nav: { group: "overview", icon: RadioTower }, component: ActiveCalls },
  { path: "/panel", title: m.page_panel, roles: ["user"], feature: "call_panel_page", nav: { group: "overview", icon: Headset }, component: CallPanel },
  { path: "/reports", title: m.page_reports, roles: EVERYBODY, limits: "calls", nav: { group: "overview", icon: ChartNoAxesColumn }, component: Reports },
  { path: "/clients", title: m.page_clients, roles: RESELLER, nav: { group: "accounts", icon: Building2 }, component: Clients },
  { path: "/clients/new", title: m.page_client, roles: RESELLER, component: ClientPage },
  { path: "/clients/archived", title: m.clients_archived, roles: RESELLER, component: ArchivedClients },
  { path: "/clients/:id", title: m.page_client, roles: RESELLER, component: ClientPage },
  { path: "/users", title: m.page_users, roles: OFFICE, limits: "users", nav: { group: "accounts", icon: Users }, component: UsersPage },
  { path: "/users/new", title: m.page_user, roles: OFFICE, limits: "users", component: UserPage },
  { path: "/users/import", title: m.page_import_users, roles: OFFICE, limits: "users", component: ImportUsers },
  { path: "/users/:id", title: m.page_user, roles: OFFICE, limits: "users", component: UserPage },
  { path: "/users/:id/phone", title: m.page_phone_settings, roles: OFFICE, limits: "users", component: PhoneSettings },
  { path: "/limited", title: m.page_limited, roles: OFFICE, limits: "every", nav: { group: "accounts", icon: UserLock }, component: Limited },
  { path: "/my-calls", title: m.page_own_calls, roles: ["user"], nav: { group: "accounts", icon: PhoneForwarded }, component: OwnCalls },
  { path: "/numbers", title: m.page_numbers, roles: OFFICE, limits: "numbers", nav: { group: "numbers", icon: Hash }, component: Numbers },
  { path: "/numbers/:id", title: m.page_number, roles: ["client"], limits: "numbers", component: NumberPage },
  { path: "/profiles", title: m.page_profiles, roles: RESELLER, nav: { group: "accounts", icon: BadgeCheck }, component: Profiles },
  { path: "/profiles/new", title: m.page_profile, roles: RESELLER, component: ProfilePage },
  { path: "/profiles/new/:like", title: m.page_profile, roles: RESELLER, component: ProfilePage },
  { path: "/profiles/:id", title: m.page_profile, roles: RESELLER, component: ProfilePage },
  { path: "/branding", title: m.page_branding, roles: RESELLER, nav: { group: "accounts", icon: Palette }, component: Branding },
  { path: "/emergency", title: m.page_emergency, roles: OFFICE, limits: "emergency", nav: { group: "numbers", icon: Siren }, component: Emergency },
  { path: "/blocks", title: m.page_blocks, roles: OFFICE, limits: "blocks", nav: { group: "numbers", icon: Ban }, component: Blocks },
  { path: "/dial", title: m.page_dial, roles: OFFICE, limits: "every", nav: { group: "numbers", icon: Route }, component: Simulator },
  { path: "/phones", title: m.page_phones, roles: OFFICE, limits: "phones", nav: { group: "phones", icon: RouterIcon }, component: Registrations },
  { path: "/nat", title: m.page_nat, roles: OFFICE, limits: "phones", nav: { group: "phones", icon: Split }, component: DuplicatedNat },
  { path: "/audit", title: m.page_audit, roles: OFFICE, limits: "audit", nav: { group: "app", icon: ScrollText }, component: Audit },
  { path: "/account", title: m.page_account, roles: EVERYBODY, nav: { group: "app", icon: UserRound }, component: MyAccount },
  { path: "/settings", title: m.page_settings, roles: EVERYBODY, nav: { group: "app", icon: Settings }, component: SettingsPage },
];

/** The pages that an account may see. */
export const pagesOf = (account: Account): Page[] => PAGES.filter((page) => page.roles.includes(account.role) && !isLimited(page, account) && mayAsUser(page, account));

function isLimited(page: Page, account: Account): boolean {
  if (!page.limits) return false;
  return page.limits === "every" ? account.limited : account.disabled_pages.includes(page.limits);
}

/** Only a user has a profile; what the others may is told by their role. */
const mayAsUser = (page: Page, account: Account): boolean => !page.feature || account.role !== "user" || account.features?.[page.feature] === true;

/** The pages of the navigation, group by group. */
export function navigation(account: Account): (Page & { nav: NonNullable<Page["nav"]> })[] {
  const groups = Object.keys(GROUPS);
  const shown = pagesOf(account).flatMap((page) => (page.nav ? [{ ...page, nav: page.nav }] : []));
  return shown.sort((a, b) => groups.indexOf(a.nav.group) - groups.indexOf(b.nav.group));
}

/** The page of a path, or Home where the path leads nowhere for this account. */
export function pageAt(path: string, account: Account): { page: Page; params: Params } | null {
  return best(pagesOf(account), path) ?? best(pagesOf(account), "/");
}
