export type Params = Record<string, string>;

/** What a path holds for a pattern such as `/clients/:id`, or nothing when it is another one. */
export function match(pattern: string, path: string): Params | null {
  const [wanted, given] = [pattern.split("/"), path.split("/")];
  if (wanted.length !== given.length) return null;
  const params: Params = {};
  for (const [at, part] of wanted.entries()) {
    const text = given[at] ?? "";
    if (!part.startsWith(":")) {
      if (part !== text) return null;
    } else if (text === "") return null;
    else params[part.slice(1)] = decoded(text);
  }
  return params;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Of the patterns that fit, the one with the most words of its own: `/clients/new` before `/clients/:id`. */
export function best<P extends { path: string }>(pages: P[], path: string): { page: P; params: Params } | null {
  const own = (page: P) => page.path.split("/").filter((part) => !part.startsWith(":")).length;
  const fits = pages.flatMap((page) => {
    const params = match(page.path, path);
    return params ? [{ page, params }] : [];
  });
  return fits.sort((a, b) => own(b.page) - own(a.page))[0] ?? null;
}
