import { expect, it } from "vitest";
import type { Code, Problem, Rule } from "../api/bindings";
import { playerWords, problemWords } from "./problem";

const problem = (code: Code, rule: Rule): Problem => ({ type: "", title: "Title", status: 500, code, errors: [{ field: "", message: "in English", rule }] });

it("a recording that does not play says why once", () => {
  expect(playerWords(problem("offline", { code: "no_connection" }))).toBe("Not kept on this computer: it plays when the server is back.");
  expect(playerWords(problem("audio", { code: "no_output" }))).toBe("No sound output was found on this computer. Connect one, or choose another output.");
  expect(playerWords(problem("audio", { code: "no_samples" }))).toBe("This recording ends before its first sound.");
  expect(playerWords(problem("recording_unavailable", { code: "was_deleted" }))).toMatch(/ It was deleted\.$/);
});

it("an account open elsewhere is a refusal, other troubles of the copy are faults", () => {
  expect(problemWords(problem("cache", { code: "other_window" })).title).toBe("Another Tandem window has this account open.");
  expect(problemWords(problem("cache", { code: "copy_rebuilt" }))).toEqual({ title: "The local copy has a problem.", detail: "The local copy was rebuilt meanwhile: try again when it is complete." });
});

it("what happened to a file is said with the file's name", () => {
  expect(problemWords(problem("disk", { code: "disk_full", name: "calls.csv" })).detail).toBe("calls.csv: the disk is full.");
});

it("the server's own English stands only where no rule says it", () => {
  const told = { ...problem("too_many_requests", { code: "wait_seconds", seconds: 5 }), detail: "In English." };
  expect(problemWords(told).detail).toBe("Wait 5 s before the next try.");
  const newer = { ...told, errors: [{ field: "", message: "in English", rule: { code: "rhyme" } as unknown as Rule }] };
  expect(problemWords(newer).detail).toBe("In English.");
  expect(problemWords({ ...told, errors: [] }).detail).toBe("In English.");
});

it("what is different since is called as in its form", () => {
  expect(problemWords(problem("changed", { code: "different_since", fields: ["first_name", "do_not_disturb"] })).detail).toBe("Different since: First name, Do not disturb.");
});
