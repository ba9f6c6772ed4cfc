import { describe, expect, it } from "vitest";
import de from "./de.json";
import en from "./en.json";
import es from "./es.json";
import fr from "./fr.json";
import allowed from "./same-as-english.json";

type Variant = { selectors: string[]; match: Record<string, string> };
type Catalogue = Record<string, string | Variant[]>;

const english = en as unknown as Catalogue;
const others = { fr, es, de } as unknown as Record<string, Catalogue>;
const reasons = allowed as Record<string, Record<string, string>>;

const keys = (catalogue: Catalogue) => Object.keys(catalogue).filter((key) => key !== "$schema").sort();
const texts = (value: string | Variant[] | undefined): string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value.flatMap((one) => Object.values(one.match));
const inputs = (value: string | Variant[] | undefined): string =>
  [...new Set(texts(value).flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1])))].sort().join(" ");

describe.each(Object.keys(others))("the %s catalogue", (language) => {
  const catalogue = others[language] ?? {};

  it("has the messages of the English one and no others", () => {
    expect(keys(catalogue)).toEqual(keys(english));
  });

  it("puts in what the English one puts in", () => {
    const wrong = keys(english).filter((key) => inputs(catalogue[key]) !== inputs(english[key]));
    expect(wrong).toEqual([]);
  });

  it("has the plural forms where the English one has them", () => {
    const wrong = keys(english).filter((key) => typeof catalogue[key] !== typeof english[key]);
    expect(wrong).toEqual([]);
    for (const key of keys(english)) {
      const value = catalogue[key];
      if (Array.isArray(value)) expect(Object.keys(value[0]?.match ?? {})).toHaveLength(2);
    }
  });

  it("is translated: what equals the English stands on the list with its reason", () => {
    const same = keys(english).filter((key) => texts(catalogue[key]).join("|") === texts(english[key]).join("|"));
    const listed = Object.keys(reasons[language] ?? {}).sort();
    expect(same).toEqual(listed);
    for (const key of listed) expect(reasons[language]?.[key]?.length).toBeGreaterThan(4);
  });

  it("has no empty text", () => {
    expect(keys(catalogue).filter((key) => texts(catalogue[key]).some((text) => !text.trim()))).toEqual([]);
  });
});
