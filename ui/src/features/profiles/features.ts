import type { Features } from "../../api/bindings";
import { m } from "../../paraglide/messages";

/** The switches of a profile in the order of the screen. */
export const FEATURES: { key: keyof Features; label: () => string; needsMediaServer?: true }[] = [
  { key: "call_forward", label: m.profiles_call_forward },
  { key: "follow_me", label: m.profiles_follow_me },
  { key: "call_waiting", label: m.profiles_call_waiting },
  { key: "do_not_disturb", label: m.profiles_do_not_disturb },
  { key: "voicemail_box_disabled", label: m.profiles_voicemail_box_disabled, needsMediaServer: true },
  { key: "conference_page_disabled", label: m.profiles_conference_page_disabled, needsMediaServer: true },
  { key: "call_recording", label: m.profiles_call_recording },
  { key: "queue_page_disabled", label: m.profiles_queue_page_disabled, needsMediaServer: true },
  { key: "active_calls_page", label: m.profiles_active_calls_page },
  { key: "call_panel_page", label: m.profiles_call_panel_page },
];

const ROUTES: Record<string, () => string> = {
  toll_free: m.profiles_route_toll_free,
  canada: m.profiles_route_canada,
  us: m.profiles_route_us,
  international: m.profiles_route_international,
};

/** What a way out is called: those of every platform in the person's language, the others as the operator named them. */
export const routeName = (key: string, name = ""): string => ROUTES[key]?.() ?? (name || key);
