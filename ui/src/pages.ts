import BadgeCheck from "@lucide/svelte/icons/badge-check";
import Building2 from "@lucide/svelte/icons/building-2";
import Ban from "@lucide/svelte/icons/ban";
import ChartNoAxesColumn from "@lucide/svelte/icons/chart-no-axes-column";
import House from "@lucide/svelte/icons/house";
import Palette from "@lucide/svelte/icons/palette";
import PhoneCall from "@lucide/svelte/icons/phone-call";
import ScrollText from "@lucide/svelte/icons/scroll-text";
import Settings from "@lucide/svelte/icons/settings";
import Route from "@lucide/svelte/icons/route";
import Siren from "@lucide/svelte/icons/siren";
import type { Component } from "svelte";
import type { Account, Role } from "./api/bindings";
import Blocks from "./features/blocks/Blocks.svelte";
import CallDetails from "./features/calls/CallDetails.svelte";
import Audit from "./features/audit/Audit.svelte";
import Branding from "./features/branding/Branding.svelte";
import ArchivedClients from "./features/clients/Archived.svelte";
import ClientPage from "./features/clients/ClientPage.svelte";
import Clients from "./features/clients/Clients.svelte";
import Simulator from "./features/dial/Simulator.svelte";
import Emergency from "./features/emergency/Emergency.svelte";
import Home from "./features/home/Home.svelte";
import ProfilePage from "./features/profiles/ProfilePage.svelte";
import Profiles from "./features/profiles/Profiles.svelte";
import Reports from "./features/reports/Reports.svelte";
import SettingsPage from "./features/settings/Settings.svelte";
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
  { path: "/calls", title: m.page_calls, roles: EVERYBODY, nav: { group: "overview", icon: PhoneCall }, component: CallDetails },
  { path: "/reports", title: m.page_reports, roles: EVERYBODY, nav: { group: "overview", icon: ChartNoAxesColumn }, component: Reports },
  { path: "/clients", title: m.page_clients, roles: RESELLER, nav: { group: "accounts", icon: Building2 }, component: Clients },
  { path: "/clients/new", title: m.page_client, roles: RESELLER, component: ClientPage },
  { path: "/clients/archived", title: m.clients_archived, roles: RESELLER, component: ArchivedClients },
  { path: "/clients/:id", title: m.page_client, roles: RESELLER, component: ClientPage },
  { path: "/profiles", title: m.page_profiles, roles: RESELLER, nav: { group: "accounts", icon: BadgeCheck }, component: Profiles },
  { path: "/profiles/new", title: m.page_profile, roles: RESELLER, component: ProfilePage },
  { path: "/profiles/new/:like", title: m.page_profile, roles: RESELLER, component: ProfilePage },
  { path: "/profiles/:id", title: m.page_profile, roles: RESELLER, component: ProfilePage },
  { path: "/branding", title: m.page_branding, roles: RESELLER, nav: { group: "accounts", icon: Palette }, component: Branding },
  { path: "/audit", title: m.page_audit, roles: ["reseller", "client"], nav: { group: "app", icon: ScrollText }, component: Audit },
  { path: "/emergency", title: m.page_emergency, roles: OFFICE, nav: { group: "numbers", icon: Siren }, component: Emergency },
  { path: "/blocks", title: m.page_blocks, roles: OFFICE, nav: { group: "numbers", icon: Ban }, component: Blocks },
  { path: "/dial", title: m.page_dial, roles: OFFICE, nav: { group: "numbers", icon: Route }, component: Simulator },
  { path: "/settings", title: m.page_settings, roles: EVERYBODY, nav: { group: "app", icon: Settings }, component: SettingsPage },
];

/** The pages that an account may see. */
export const pagesOf = (account: Account): Page[] => PAGES.filter((page) => page.roles.includes(account.role));

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
