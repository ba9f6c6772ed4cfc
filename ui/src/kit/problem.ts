import type { Code, FieldError, Problem } from "../api/bindings";
import { m } from "../paraglide/messages";
import { fieldWords, isKnown } from "./rules";

const TITLES: Record<Code, () => string> = {
  invalid: m.problem_invalid,
  not_found: m.problem_not_found,
  taken: m.problem_taken,
  in_use: m.problem_in_use,
  changed: m.problem_changed,
  unauthenticated: m.problem_unauthenticated,
  wrong_credentials: m.problem_wrong_credentials,
  forbidden: m.problem_forbidden,
  too_many_requests: m.problem_too_many_requests,
  too_large: m.problem_too_large,
  cursor_gone: m.problem_cursor_gone,
  unknown_format: m.problem_unknown_format,
  recording_unavailable: m.problem_recording_unavailable,
  offline: m.problem_offline,
  cache: m.problem_cache,
  audio: m.problem_audio,
  disk: m.problem_disk,
  internal: m.problem_internal,
};

// What happened, where the backend says more than its code.
const happened = (problem: Problem): FieldError | undefined => problem.errors?.find((error) => error.field === "");

/** A problem in the person's language, with what the backend adds to it. */
export function problemWords(problem: Problem): { title: string; detail: string } {
  const why = happened(problem);
  // The code alone would name the wrong cause.
  if (why?.rule?.code === "other_window") return { title: m.rule_other_window(), detail: m.problem_other_window_help() };
  const title = TITLES[problem.code]?.() ?? problem.title;
  const errors = problem.errors ?? [];
  // The detail says in English what the rules say, and is needed where this version knows none of them.
  const detail = errors.some(isKnown) ? "" : problem.detail;
  const fields = errors.filter((error) => !(detail && error.field === "")).map((error) => fieldWords("", error)).join(" ");
  const trace = problem.code === "internal" && problem.request_id ? m.problem_request({ id: problem.request_id }) : "";
  // What a fault of ours says is for the log, which the number leads to.
  const told = problem.code === "internal" ? "" : detail;
  return { title, detail: [told, fields, trace].filter(Boolean).join(" ") };
}

/** Why a recording does not play and what to do, said once. */
export function playerWords(problem: Problem): string {
  if (problem.code === "offline") return m.player_not_kept();
  // The decoder and the output speak in whole sentences.
  const why = happened(problem);
  if (problem.code === "audio" && why) return fieldWords("", why);
  const { title, detail } = problemWords(problem);
  return [title, detail].filter(Boolean).join(" ");
}

/** What the backend says of one field, which the person knows by its label, or nothing. */
export function fieldError(problem: Problem | undefined, field: string, label = ""): string | undefined {
  const found = problem?.errors?.find((error) => error.field === field);
  return found && fieldWords(label, found);
}
