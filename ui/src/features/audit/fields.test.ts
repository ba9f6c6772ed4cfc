import { describe, expect, it } from "vitest";
import { directory } from "../../kit/directory.svelte";
import { fieldWords, valueWords } from "./fields";

const ACME = "01a21e36-9053-7fd7-a47e-5b5fcdd3d9d5";

describe("an entry's fields", () => {
  it("are called as in their forms, and by their words where no form has them", () => {
    expect(fieldWords("first_name")).toBe("First name");
    expect(fieldWords("reason")).toBe("Reason");
    expect(fieldWords("calls.do_not_disturb")).toBe(fieldWords("do_not_disturb"));
    expect(fieldWords("features.call_forward")).toBe("Call forward");
    expect(fieldWords("routing.ring_group.members")).toBe("Calls go to: A ring group: Who rings");
    expect(fieldWords("calls.forward.user")).toBe("Send every call to: A user");
    expect(fieldWords("something.new_here")).toBe("something: new here");
  });

  it("hold names in place of ids, and words in place of the wire's", () => {
    directory.take({ clients: [{ id: ACME, name: "Acme", realm: "acme", country: "CA", time_zone: "America/Toronto", profiles: [], default_profile: null } as never], users: [], profiles: [], numbers: [] });
    expect(valueWords("client", ACME)).toBe("Acme");
    expect(valueWords("forward.user", ACME.replace("01a2", "02a2"))).toBe(ACME.replace("01a2", "02a2"));
    expect(valueWords("vanity", "true")).toBe("Yes");
    expect(valueWords("language", "fr")).toBe("Français");
    expect(valueWords("access", "read_only")).toBe("Read only");
    expect(valueWords("note", "support")).toBe("support");
    expect(valueWords("kind", "prefix")).toBe("What begins so");
    expect(valueWords("disabled_pages", "numbers, calls")).toBe("Phone Numbers, Call Details");
    expect(valueWords("routes", "toll_free, us, satellite")).toBe("Toll free, US, satellite");
    expect(valueWords("routing.ring_group.order", "in_order")).toBe("One after the other");
    expect(valueWords("routing", "reject")).toBe("Reject the call");
  });
});
