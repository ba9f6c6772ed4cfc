import { describe, expect, it } from "vitest";
import type { Problem } from "../../api/bindings";
import { Form } from "./form.svelte";
import { guard } from "./guard.svelte";

type Client = { name: string; realm: string; most: number | null; devices: { mac: string }[] };
const ACME: Client = { name: "Acme", realm: "acme", most: null, devices: [] };
const labels = { name: () => "Name", realm: () => "Realm", most: () => "Most calls", devices: () => "Devices" };

const refusal = (...errors: [field: string, message: string][]): Problem => ({
  type: "about:blank",
  title: "Some values are not valid",
  status: 422,
  code: "invalid",
  errors: errors.map(([field, message]) => ({ field, message })),
});

function made(send: (value: Client, changed: (keyof Client)[]) => Promise<unknown> = async () => undefined, done?: () => void): Form<Client> {
  return new Form<Client>({ initial: ACME, labels, send, ...(done ? { done } : {}) });
}

describe("a form", () => {
  it("names what was changed, and nothing that was changed back", () => {
    const form = made();
    expect(form.changed).toBe(false);
    form.value.name = "Acme Ltd";
    form.value.most = 0;
    form.value.devices.push({ mac: "001122334455" });
    expect(form.names).toEqual(["Name", "Most calls", "Devices"]);
    form.value.name = "Acme";
    expect(form.dirty).toEqual(["most", "devices"]);
    form.reset();
    expect(form.changed).toBe(false);
    expect(ACME.devices).toEqual([]);
  });

  it("sends plain data and what changed, and begins anew from what was sent", async () => {
    const sent: unknown[] = [];
    let saved = 0;
    const form = made(async (value, changed) => void sent.push(value, changed), () => void saved++);
    form.value.devices.push({ mac: "001122334455" });
    expect(await form.submit()).toBe(true);
    expect(sent).toEqual([{ ...ACME, devices: [{ mac: "001122334455" }] }, ["devices"]]);
    expect(structuredClone(sent[0])).toEqual(sent[0]);
    expect(form.changed).toBe(false);
    expect(saved).toBe(1);
  });

  it("shows what the server says beside the field, until the field changes", async () => {
    const form = made(() => Promise.reject(refusal(["realm", "is in use"], ["devices[0].mac", "has twelve hex digits"])));
    form.value.realm = "brook";
    expect(await form.submit()).toBe(false);
    expect(form.busy).toBe(false);
    expect(form.error("realm")).toBe("Realm is in use.");
    expect(form.error("name")).toBeUndefined();
    expect(form.error("devices")).toBe("Devices has twelve hex digits.");
    expect(form.error("devices[0].mac")).toBe("Devices has twelve hex digits.");
    expect(form.rest).toBeUndefined();
    form.value.realm = "brooks";
    expect(form.error("realm")).toBeUndefined();
    form.value.realm = "brook";
    expect(form.error("realm")).toBeDefined();
    expect(form.changed).toBe(true);
  });

  it("keeps problems without a field of its own for its top", async () => {
    const offline: Problem = { ...refusal(), code: "offline", title: "The server can't be reached" };
    const form = made(() => Promise.reject(offline));
    await form.submit();
    expect(form.rest?.code).toBe("offline");
    const other = made(() => Promise.reject(refusal(["client", "is suspended"], ["name", "is needed"])));
    await other.submit();
    expect(other.rest?.errors).toEqual([{ field: "client", message: "is suspended" }]);
  });

  it("is sent once while it is on its way", async () => {
    let sent = 0;
    let answer: () => void = () => undefined;
    const form = made(() => (sent++, new Promise((go) => (answer = () => go(undefined)))));
    const first = form.submit();
    expect(await form.submit()).toBe(false);
    answer();
    expect(await first).toBe(true);
    expect(sent).toBe(1);
  });

  it("takes what somebody else changed and keeps what the person did", () => {
    const form = made();
    form.value.name = "Acme Ltd";
    form.take({ ...ACME, name: "ACME", realm: "acme-2" });
    expect(form.value.name).toBe("Acme Ltd");
    expect(form.value.realm).toBe("acme-2");
    expect(form.names).toEqual(["Name"]);
  });
});

describe("leaving", () => {
  it("asks when something would be lost, and goes when that is said to be fine", () => {
    const form = made();
    const release = guard.hold(form);
    let gone = 0;
    guard.leave(() => void gone++);
    expect(gone).toBe(1);

    form.value.name = "Acme Ltd";
    guard.leave(() => void gone++);
    expect([gone, guard.asking, guard.names]).toEqual([1, true, ["Name"]]);
    guard.stay();
    expect([gone, guard.asking, form.value.name]).toEqual([1, false, "Acme Ltd"]);

    guard.leave(() => void gone++);
    guard.discard();
    expect([gone, guard.asking, form.changed]).toEqual([2, false, false]);

    const sheet = made();
    const close = guard.hold(sheet);
    form.value.name = "Acme Ltd";
    expect(guard.may(() => undefined, sheet)).toBe(true);
    close();
    release();
    expect(guard.may(() => undefined)).toBe(true);
  });
});
