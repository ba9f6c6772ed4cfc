import { describe, expect, it } from "vitest";
import { difference, fieldName } from "./difference";

describe("the difference of two documents", () => {
  it("names the fields that changed and no others", () => {
    const before = { id: "1", name: "Acme", limit: null, features: { forward: true, waiting: true }, routes: ["us"] };
    const after = { id: "1", name: "Acme Ltd", limit: 3, features: { forward: false, waiting: true }, routes: ["us", "canada"] };
    expect(difference(before, after)).toEqual([
      { field: "name", before: "Acme", after: "Acme Ltd" },
      { field: "features.forward", before: "true", after: "false" },
      { field: "routes", before: "us", after: "us, canada" },
      { field: "limit", before: "", after: "3" },
    ]);
  });

  it("tells all of what was not there before, and nothing of what is empty", () => {
    expect(difference(null, { id: "1", name: "Acme", email: "", memo: null })).toEqual([{ field: "name", before: "", after: "Acme" }]);
    expect(difference({ name: "Acme" }, null)).toEqual([{ field: "name", before: "Acme", after: "" }]);
    expect(difference(undefined, undefined)).toEqual([]);
  });

  it("writes lists of things as they stand", () => {
    expect(difference({ devices: [] }, { devices: [{ mac: "0" }] })).toEqual([{ field: "devices", before: "", after: '[{"mac":"0"}]' }]);
  });

  it("reads names of the wire as words", () => {
    expect(fieldName("features.call_forward")).toBe("features: call forward");
  });
});
