import type { CallResult, Direction, RecordingFault, RecordingState } from "../../api/bindings";
import { m } from "../../paraglide/messages";
import type { Preset } from "./filter";

const RESULT: Record<CallResult, { shape: string; name: () => string; tone: string }> = {
  answered: { shape: "●", name: m.result_answered, tone: "good" },
  no_answer: { shape: "○", name: m.result_no_answer, tone: "plain" },
  busy: { shape: "◐", name: m.result_busy, tone: "warn" },
  failed: { shape: "▲", name: m.result_failed, tone: "bad" },
  cancelled: { shape: "◇", name: m.result_cancelled, tone: "plain" },
  voicemail: { shape: "✉", name: m.result_voicemail, tone: "info" },
  blocked: { shape: "⊘", name: m.result_blocked, tone: "bad" },
};

export const RESULTS = Object.keys(RESULT) as CallResult[];
export const resultName = (result: CallResult): string => RESULT[result].name();
export const resultTone = (result: CallResult): string => RESULT[result].tone;
/** The one shape that a result has everywhere. */
export const resultShape = (result: CallResult): string => RESULT[result].shape;

const DIRECTION: Record<Direction, { shape: string; name: () => string }> = {
  inbound: { shape: "↘", name: m.direction_inbound },
  outbound: { shape: "↗", name: m.direction_outbound },
  internal: { shape: "↔", name: m.direction_internal },
};

export const DIRECTIONS = Object.keys(DIRECTION) as Direction[];
export const directionName = (direction: Direction): string => DIRECTION[direction].name();
export const directionShape = (direction: Direction): string => DIRECTION[direction].shape;

const RECORDING: Record<RecordingState, () => string> = {
  none: m.recording_none,
  pending: m.recording_pending,
  available: m.recording_available,
  deleted: m.recording_state_deleted,
  expired: m.recording_expired,
};

export const recordingName = (state: RecordingState): string => RECORDING[state]();

const FAULT: Record<RecordingFault, () => string> = {
  never_came: m.recording_fault_never_came,
  no_sound: m.recording_fault_no_sound,
  format: m.recording_fault_format,
  unreadable: m.recording_fault_unreadable,
};

export const faultName = (fault: RecordingFault): string => FAULT[fault]();

const PERIOD: Record<Preset, () => string> = {
  all: m.period_all,
  today: m.period_today,
  yesterday: m.period_yesterday,
  days7: m.period_days7,
  days30: m.period_days30,
  month: m.period_month,
  last_month: m.period_last_month,
};

export const periodName = (preset: Preset): string => PERIOD[preset]();

// Q.850 causes that switches write most.
const CAUSE: Record<number, () => string> = {
  1: m.cause_1,
  3: m.cause_3,
  16: m.cause_16,
  17: m.cause_17,
  18: m.cause_18,
  19: m.cause_19,
  20: m.cause_20,
  21: m.cause_21,
  22: m.cause_22,
  26: m.cause_26,
  27: m.cause_27,
  28: m.cause_28,
  31: m.cause_31,
  34: m.cause_34,
  38: m.cause_38,
  41: m.cause_41,
  42: m.cause_42,
  50: m.cause_50,
  57: m.cause_57,
  58: m.cause_58,
  88: m.cause_88,
  102: m.cause_102,
  127: m.cause_127,
};

/** A Q.850 cause in words where it is a known one. */
export const causeName = (cause: number): string => CAUSE[cause]?.() ?? "";
