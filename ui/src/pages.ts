import House from "@lucide/svelte/icons/house";
import PhoneCall from "@lucide/svelte/icons/phone-call";
import Settings from "@lucide/svelte/icons/settings";
import type { Component } from "svelte";
import CallDetails from "./features/calls/CallDetails.svelte";
import Home from "./features/home/Home.svelte";
import SettingsPage from "./features/settings/Settings.svelte";
import { m } from "./paraglide/messages";

export type Page = {
  path: string;
  title: () => string;
  group: () => string;
  icon: typeof House;
  component: Component;
};

/** Every page of the app, in the order of the navigation. One line a page. */
export const PAGES: Page[] = [
  { path: "/", title: m.page_home, group: m.nav_overview, icon: House, component: Home },
  { path: "/calls", title: m.page_calls, group: m.nav_overview, icon: PhoneCall, component: CallDetails },
  { path: "/settings", title: m.page_settings, group: m.nav_app, icon: Settings, component: SettingsPage },
];
