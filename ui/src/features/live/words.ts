import type { LiveCall, LiveState, SipTransport } from "../../api/bindings";
import { directory } from "../../kit/directory.svelte";
import { phone } from "../../kit/format";
import { m } from "../../paraglide/messages";

const STATES: Record<LiveState, { shape: string; name: () => string; tone: string }> = {
  ringing: { shape: "◔", name: m.live_ringing, tone: "info" },
  answered: { shape: "●", name: m.live_talking, tone: "good" },
};

export const stateName = (state: LiveState): string => STATES[state].name();
export const stateShape = (state: LiveState): string => STATES[state].shape;
export const stateTone = (state: LiveState): string => STATES[state].tone;

/** As the abbreviation that everybody in the field reads. */
export const transportName = (transport: SipTransport): string => transport.toUpperCase();

const number = (raw: string, call: LiveCall): string => (raw ? phone(raw, directory.client(call.client)?.country ?? "") : m.number_anonymous());

/** The number that calls, and its name where that says more than the user's own. */
export const numberOf = (call: LiveCall): string => number(call.from_number, call);
export const nameOf = (call: LiveCall): string => (call.user && call.from_name === directory.userName(call.user) ? "" : call.from_name);
export const fromOf = (call: LiveCall): string => [numberOf(call), nameOf(call)].filter(Boolean).join(" ");
export const toOf = (call: LiveCall): string => number(call.to_number, call);
/** A call in one line. Who calls stands by name: an office shows one number for all. */
export const callWords = (call: LiveCall): string => m.live_call_words({ from: [call.from_name, numberOf(call)].filter(Boolean).join(" "), to: toOf(call) });
