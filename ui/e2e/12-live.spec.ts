import { readFileSync } from "node:fs";
import { type Page } from "@playwright/test";
import { Engine } from "./engine";
import { accessible, expect, rpc, signedIn, test } from "./person";

const OUTSIDE = "+15195550142";
const grid = (page: Page, name: string) => page.getByRole("grid", { name });
const row = (page: Page, words: RegExp | string) => grid(page, "Active Calls").getByRole("row", { name: words });
const called = (phone: { first_name: string; last_name: string }) => `${phone.first_name} ${phone.last_name}`.trim();

/** An engine, and phones of the sample of which the first may call outside. */
async function stage(page: Page, most: number) {
  const engine = new Engine(page);
  return { engine, phones: await engine.phones(most) };
}

test("a call is there when it rings, runs while it lasts and is gone when it ends", async ({ page }) => {
  await signedIn(page, "/active");
  const { engine, phones } = await stage(page, 1);
  const [phone] = phones;
  await expect(page.getByRole("status").filter({ hasText: "Live" })).toBeVisible();
  const call = await engine.call(phone!, OUTSIDE);
  const line = row(page, new RegExp(called(phone!)));
  await expect(line).toContainText("Ringing");
  await engine.answered(call);
  await expect(line).toContainText("Talking");
  await expect(line).toContainText("PCMU");
  const timer = line.getByRole("gridcell").filter({ hasText: /^\d+:\d\d$/ });
  const before = await timer.textContent();
  await expect(timer).not.toHaveText(before ?? "");
  await accessible(page);
  await engine.ended(call);
  await expect(line).toHaveCount(0);
});

test("calls are hung up together, by the keyboard alone, and only after a question", async ({ page }) => {
  await signedIn(page, "/active");
  const { engine, phones } = await stage(page, 2);
  const calls = [await engine.call(phones[0]!, OUTSIDE), await engine.call(phones[1]!, OUTSIDE)];
  await expect(row(page, /Ringing/)).toHaveCount(2);
  await page.keyboard.press("Control+f");
  await page.keyboard.press("ArrowDown");
  await expect(grid(page, "Active Calls")).toBeFocused();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  const asked = page.getByRole("dialog", { name: "Hang up 2 calls?" });
  await expect(asked).toContainText("Both sides are cut off at once.");
  await accessible(page);
  await page.keyboard.press("Escape");
  await expect(asked).toBeHidden();
  await expect(row(page, /Ringing/)).toHaveCount(2);
  await page.getByRole("button", { name: "Hang up…" }).click();
  await asked.getByRole("button", { name: "Hang up" }).click();
  await expect(page.getByText("2 calls ended")).toBeVisible();
  // The server asks the engine; the calls are over when the engine says so.
  await expect.poll(async () => (await engine.toEnd()).sort()).toEqual(calls.sort());
  for (const call of calls) await engine.ended(call);
  await expect(page.getByRole("heading", { name: "No calls now" })).toBeVisible();
  await accessible(page);
});

test("registered phones are filtered by whether they are there, exported, and lead to their settings", async ({ page }) => {
  await signedIn(page, "/phones");
  const { engine, phones } = await stage(page, 2);
  for (const [at, phone] of phones.entries()) await engine.register(phone, { lan: `192.168.1.${20 + at}:5060`, public_port: 5060 + at, instance: `"<urn:uuid:${at}>"` });
  await engine.expire(phones[1]!, "192.168.1.21:5060");
  const list = grid(page, "Phone Registration Status");
  const there = list.getByRole("row", { name: new RegExp(called(phones[0]!)) });
  const dropped = list.getByRole("row", { name: new RegExp(called(phones[1]!)) });
  await expect(there).toContainText("203.0.113.7:5060");
  await expect(there).toContainText("24 ms");
  await expect(dropped).toContainText("Offline");
  await accessible(page);
  await page.getByRole("group", { name: "Phones shown" }).getByRole("button", { name: /^Offline/ }).click();
  await expect(there).toHaveCount(0);
  await expect(dropped).toBeVisible();
  await page.getByRole("group", { name: "Phones shown" }).getByRole("button", { name: /^Online/ }).click();
  await expect(there).toBeVisible();
  await page.getByRole("button", { name: "Export…" }).click();
  const toast = page.getByRole("status").filter({ hasText: /rows? exported/ });
  const written = readFileSync((await toast.getByText(/\.csv$/).textContent()) ?? "", "utf8");
  expect(written).toContain("203.0.113.7:5060");
  await accessible(page);
  await there.click();
  await page.getByRole("button", { name: "Phone settings" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Phone settings" })).toBeVisible();
  await expect(page.getByRole("heading", { level: 2, name: called(phones[0]!) })).toBeVisible();
});

test("no shared address is said to be none, and one comes with its cause and a text to send", async ({ page }) => {
  await signedIn(page, "/nat");
  const { engine, phones } = await stage(page, 6);
  const [one, other] = phones.slice(4) as [(typeof phones)[0], (typeof phones)[0]];
  await expect(page.getByRole("heading", { name: "No duplicated NAT" })).toBeVisible();
  await accessible(page);
  await engine.register(one, { lan: "10.0.0.31:5060", public_address: "198.51.100.9", instance: "a" });
  await engine.register(other, { lan: "10.0.0.32:5060", public_address: "198.51.100.9", instance: "b" });
  const group = page.getByRole("region", { name: "Phones at 198.51.100.9:5060" });
  await expect(group).toContainText("2 devices");
  await expect(page.getByRole("heading", { name: /SIP ALG/ })).toBeVisible();
  await group.getByText("Show the text").click();
  await expect(group).toContainText("Switch SIP ALG off");
  await expect(group.getByText(/10\.0\.0\.32:5060/).last()).toBeVisible();
  await accessible(page);
  await engine.expire(other, "10.0.0.32:5060");
  await expect(page.getByRole("heading", { name: "No duplicated NAT" })).toBeVisible();
});

test("Home says what is going on and what needs a look, each with its way there", async ({ page }) => {
  await signedIn(page, "/");
  const { engine, phones } = await stage(page, 3);
  const call = await engine.call(phones[0]!, OUTSIDE);
  const now = page.getByRole("button", { name: /^Calls in progress/ });
  await expect(now).toContainText("1 ringing");
  await engine.register(phones[2]!, { lan: "192.168.1.40:5060", public_port: 5090 });
  await engine.expire(phones[2]!, "192.168.1.40:5060");
  const { clients } = (await rpc(page, "directory.show")) as { clients: { id: string; name: string }[] };
  const client = clients.find((one) => one.id === phones[2]!.client)!;
  const problem = page.getByRole("region", { name: "Problems" }).getByRole("button", { name: new RegExp(`^${client.name.slice(0, 12)}.* dropped`) });
  await expect(problem).toBeVisible();
  await accessible(page);
  await now.click();
  await expect(page.getByRole("heading", { level: 1, name: "Active Calls" })).toBeVisible();
  await engine.ended(call);
  await page.getByRole("link", { name: "Home" }).click();
  await problem.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Phone Registration Status" })).toBeVisible();
  await expect(page.getByRole("button", { name: /^Offline/ })).toHaveAttribute("aria-pressed", "true");
  await expect(grid(page, "Phone Registration Status").getByRole("row", { name: new RegExp(called(phones[2]!)) })).toBeVisible();
});

test("a call for help is said at once in the window, and stands on Home", async ({ page }) => {
  await signedIn(page, "/calls");
  const { engine, phones } = await stage(page, 1);
  const [phone] = phones as [(typeof phones)[0]];
  const { clients, numbers } = (await rpc(page, "directory.show")) as {
    clients: { id: string; name: string }[];
    numbers: { client: string; e164: string; emergency_validated: boolean }[];
  };
  const client = clients.find((one) => one.id === phone.client)!;
  const number = numbers.find((one) => one.client === phone.client && one.emergency_validated)!;
  const told = { client: phone.client, user: phone.id, dialled: "911", caller_number: number.e164, location: "12 King Street, floor 3", notify_emails: [], notify_desktop: true };
  const { id } = (await rpc(page, "emergency.create", told)) as { id: string };
  // Who is not listening yet hears of it on Home, and not at once.
  await expect.poll(async () => ((await rpc(page, "live.state")) as { phase: string }).phase).toBe("live");
  try {
    const call = await engine.call(phone, "911");
    const said = page.getByRole("alert").filter({ hasText: `Emergency call: ${client.name}` });
    await expect(said).toContainText("12 King Street, floor 3");
    await accessible(page);
    await said.getByRole("button", { name: "Close" }).click();
    await page.getByRole("link", { name: "Home" }).click();
    const problem = page.getByRole("region", { name: "Problems" }).getByRole("button", { name: new RegExp(`emergency call to 911.*${called(phone)}`) });
    await expect(problem).toHaveCount(1);
    await engine.ended(call);
    // In the log as well it is one, and of the log it is there for whoever signs in anew.
    const dialled = { filter: { number: "911", directions: ["outbound"], from_ms: Date.now() - 3_600_000 } };
    await expect.poll(async () => ((await rpc(page, "calls.totals", dialled)) as { calls: number }).calls).toBeGreaterThan(0);
    await expect(problem).toHaveCount(1);
    await rpc(page, "session.sign_out", { wipe: false });
    await signedIn(page, "/");
    await expect(problem).toHaveCount(1);
  } finally {
    await rpc(page, "emergency.remove", { id });
  }
});

test("a user's panel has its calls, its colleagues and the switches of its profile", async ({ page }) => {
  await signedIn(page, "/users");
  const { engine, phones } = await stage(page, 2);
  const [own, colleague] = phones as [(typeof phones)[0], (typeof phones)[0]];
  await engine.register(own, { lan: "192.168.1.20:5060" });
  await rpc(page, "connect.start", { user: own.id, reason: "" });
  try {
    await page.goto("/#/panel");
    await expect(page.getByRole("heading", { level: 1, name: "Call Panel" })).toBeVisible();
    await expect(page.getByText("My phone is online.")).toBeVisible();
    const beside = page.getByRole("list", { name: "Colleagues" }).getByRole("listitem").filter({ hasText: called(colleague) });
    const [mine, theirs] = [await engine.call(own, OUTSIDE), await engine.call(colleague, OUTSIDE)];
    await engine.answered(theirs);
    await expect(beside).toContainText("On a call");
    await accessible(page);
    await page.getByRole("list", { name: "My calls" }).getByRole("button", { name: "Hang up" }).click();
    await page.getByRole("dialog", { name: "Hang up this call?" }).getByRole("button", { name: "Hang up" }).click();
    await expect.poll(() => engine.toEnd()).toEqual([mine]);
    await engine.ended(mine);
    await expect(page.getByText("No call now.")).toBeVisible();
    const disturb = page.getByRole("switch", { name: "Do not disturb" });
    await disturb.check();
    await expect(page.getByText("Do not disturb is on: no phone of mine rings.")).toBeVisible();
    await disturb.uncheck();
    await accessible(page);
    await engine.ended(theirs);
    await expect(beside).not.toContainText("On a call");
  } finally {
    await rpc(page, "connect.back");
  }
});
