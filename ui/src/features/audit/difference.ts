/** One field of a thing that is not what it was. */
export type Difference = { field: string; before: string; after: string };

/** Deeper parts of a document are shown as they stand. */
const DEPTH = 3;

function flat(value: unknown, path: string, into: Map<string, string>, depth = 0): void {
  if (value === null || value === undefined) return;
  if (typeof value === "object" && !Array.isArray(value) && depth < DEPTH) {
    for (const [key, part] of Object.entries(value)) flat(part, path ? `${path}.${key}` : key, into, depth + 1);
    return;
  }
  const text = Array.isArray(value) && value.every((part) => typeof part !== "object") ? value.join(", ") : typeof value === "object" ? JSON.stringify(value) : String(value);
  if (text !== "") into.set(path, text);
}

/** What is different between two documents, by the names of their fields; ids of the thing itself are not told. */
export function difference(before: unknown, after: unknown): Difference[] {
  const [was, is] = [new Map<string, string>(), new Map<string, string>()];
  flat(before, "", was);
  flat(after, "", is);
  const fields = new Set([...was.keys(), ...is.keys()]);
  fields.delete("id");
  return [...fields].flatMap((field) => {
    const [from, to] = [was.get(field) ?? "", is.get(field) ?? ""];
    return from === to ? [] : [{ field, before: from, after: to }];
  });
}

/** `features.call_forward` as "features: call forward". */
export const fieldName = (field: string): string => field.split(".").map((part) => part.replaceAll("_", " ")).join(": ");
