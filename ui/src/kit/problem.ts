import type { Code, FieldError, Problem } from "../api/bindings";
import { m } from "../paraglide/messages";

const TITLES: Record<Code, () => string> = {
  invalid: m.problem_invalid,
  not_found: m.problem_not_found,
  taken: m.problem_taken,
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

/** A problem in the person's language, with what the backend adds to it. */
export function problemWords(problem: Problem): { title: string; detail: string } {
  const title = TITLES[problem.code]?.() ?? problem.title;
  const fields = (problem.errors ?? []).map((error: FieldError) => error.message).join(" ");
  const trace = problem.code === "internal" && problem.request_id ? m.problem_request({ id: problem.request_id }) : "";
  return { title, detail: [problem.detail, fields, trace].filter(Boolean).join(" ") };
}

/** What the backend says of one field, or nothing. */
export const fieldError = (problem: Problem | undefined, field: string): string | undefined =>
  problem?.errors?.find((error) => error.field === field)?.message;
