import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "svelte/compiler";
import { describe, expect, it } from "vitest";

const SRC = import.meta.dirname;

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === "paraglide") return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path) : [path];
  });
}

const all = files(SRC).filter((path) => !path.endsWith(".test.ts"));
const short = (path: string) => path.slice(SRC.length + 1);

/** Attributes whose value a person sees or hears. */
const SPOKEN = ["title", "aria-label", "aria-valuetext", "placeholder", "alt", "label", "help", "error", "body"];
/** Two letters in a row are a word; one is the name of a key. */
const WORD = /\p{L}{2,}/u;
/** Placeholders that show a form and not words. */
const FORMS = ["0:30", "10:00"];

type Node = { type?: string; name?: string; data?: string; value?: unknown; [key: string]: unknown };

function hardCoded(node: unknown, found: string[] = []): string[] {
  if (Array.isArray(node)) for (const one of node) hardCoded(one, found);
  if (node === null || typeof node !== "object" || Array.isArray(node)) return found;
  const { type, name, data, value } = node as Node;
  if (type === "StyleDirective") return found;
  if (type === "Attribute") {
    const texts = Array.isArray(value) ? (value as Node[]).filter((one) => one.type === "Text") : [];
    if (SPOKEN.includes(name ?? "")) {
      for (const text of texts) if (WORD.test(text.data ?? "") && !FORMS.includes(text.data ?? "")) found.push(`${name}="${text.data}"`);
    }
    return found;
  }
  if (type === "Text" && WORD.test(data ?? "")) found.push(String(data).trim());
  for (const [key, child] of Object.entries(node as Node)) {
    if (!["expression", "instance", "module", "css", "parent"].includes(key)) hardCoded(child, found);
  }
  return found;
}

describe("the tree", () => {
  it("says nothing that is not in the catalogue", () => {
    const said = all
      .filter((path) => path.endsWith(".svelte"))
      .flatMap((path) => {
        const tree = parse(readFileSync(path, "utf8"), { modern: true });
        return hardCoded(tree.fragment).map((text) => `${short(path)}: ${text}`);
      });
    expect(said).toEqual([]);
  });

  it("imports the shell's framework in one file", () => {
    const shell = all.filter((path) => new RegExp(`from "@${"tauri"}-apps/`).test(readFileSync(path, "utf8")));
    expect(shell.map(short)).toEqual(["api/tauri.ts"]);
  });

  it("reaches the transport through one file", () => {
    const users = all.filter((path) => /from "#transport"/.test(readFileSync(path, "utf8")));
    expect(users.map(short)).toEqual(["api/rpc.ts"]);
  });

  it("uses every message and has every message it uses", () => {
    const used = new Set(all.flatMap((path) => [...readFileSync(path, "utf8").matchAll(/\bm\.(\w+)/g)].map((hit) => hit[1] ?? "")));
    const known = Object.keys(JSON.parse(readFileSync(join(SRC, "../messages/en.json"), "utf8")) as object).filter((key) => key !== "$schema");
    expect(known.filter((key) => !used.has(key))).toEqual([]);
  });

  it("keeps its colours in the tokens", () => {
    const own = all
      .filter((path) => /\.(svelte|css)$/.test(path) && !path.endsWith("tokens.css"))
      .filter((path) => /#[0-9a-f]{3,8}\b(?=\s*[;,)])|rgba?\(/i.test(readFileSync(path, "utf8")));
    expect(own.map(short)).toEqual([]);
  });
});
