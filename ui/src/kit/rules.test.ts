import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { FieldError } from "../api/bindings";
import { fieldWords } from "./rules";

const ROOT = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

/** The rules that the Rust side knows, each with what it is told with. */
function rules(): Map<string, string[]> {
  const union = /export type Rule = ([^;]+);/.exec(read("src/api/bindings.ts"))?.[1] ?? "";
  return new Map([...union.matchAll(/\{ "code": "(\w+)"([^}]*)\}/g)].map(([, code, rest]) => [code ?? "", [...(rest ?? "").matchAll(/(\w+):/g)].map((one) => one[1] ?? "")]));
}

it("every rule has a text in every catalogue, which says all that the rule is told with", () => {
  const known = rules();
  expect(known.size).toBeGreaterThan(90);
  for (const language of ["en", "fr", "es", "de"]) {
    const catalogue = JSON.parse(read(`messages/${language}.json`)) as Record<string, string>;
    for (const [code, told] of known) {
      const said = catalogue[`rule_${code}`] ?? "";
      expect(said, `${language}: ${code}`).not.toBe("");
      expect([...said.matchAll(/\{(\w+)\}/g)].map((one) => one[1]).sort(), `${language}: ${code}`).toEqual([...told].sort());
    }
  }
});

it("a rule is said by its catalogue, with its numbers", () => {
  expect(fieldWords("Name", { message: "has at most 120 characters", rule: { code: "characters_at_most", most: 120 } })).toBe("Has at most 120 characters.");
});

it("an error of another version of the server is said as it came", () => {
  const newer = { message: "rhymes", rule: { code: "rhyme" } } as unknown as FieldError;
  expect(fieldWords("Name", newer)).toBe("Name rhymes.");
  expect(fieldWords("Name", { message: "is needed" })).toBe("Name is needed.");
  expect(fieldWords("", { message: "This file is something else." })).toBe("This file is something else.");
});
