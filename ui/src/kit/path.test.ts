import { describe, expect, it } from "vitest";
import { best, match } from "./path";

describe("a path", () => {
  it("is a page's, with what stands in the places of its parameters", () => {
    expect(match("/clients", "/clients")).toEqual({});
    expect(match("/clients/:id", "/clients/7f")).toEqual({ id: "7f" });
    expect(match("/clients/:id/users/:user", "/clients/7f/users/a%20b")).toEqual({ id: "7f", user: "a b" });
  });

  it("is another page's when a part differs, is missing or is empty", () => {
    for (const path of ["/client", "/clients/", "/clients/7f/users", "/"]) expect(match("/clients/:id", path)).toBeNull();
  });

  it("that is not well written stays as it is", () => {
    expect(match("/clients/:id", "/clients/%")).toEqual({ id: "%" });
  });

  it("goes to the page that says it word for word", () => {
    const pages = [{ path: "/clients/:id" }, { path: "/clients/new" }, { path: "/clients" }];
    expect(best(pages, "/clients/new")?.page.path).toBe("/clients/new");
    expect(best(pages, "/clients/7f")).toEqual({ page: { path: "/clients/:id" }, params: { id: "7f" } });
    expect(best(pages, "/nowhere")).toBeNull();
  });
});
