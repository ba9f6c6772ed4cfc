import { type Locator, type Page } from "@playwright/test";
import { expect, rpc, signedIn, test } from "./person";

// Everything here is done without a mouse: no click, no hover, no fill.

/** More stops than any page has. */
const STOPS_MOST = 400;
const main = (page: Page) => page.locator("#content");
const grid = (page: Page, name: string) => page.getByRole("grid", { name, exact: true });
const dialog = (page: Page, name: string | RegExp) => page.getByRole("dialog", { name });
const keys = (page: Page, ...pressed: string[]) => pressed.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());

/** What has the focus, and whether a person sees that it has it. */
async function focus(page: Page): Promise<{ name: string; seen: boolean; nowhere: boolean }> {
  return page.evaluate(() => {
    const at = document.activeElement as HTMLElement | null;
    if (!at || at === document.body) return { name: "", seen: true, nowhere: true };
    const drawn = (one: Element | null) => {
      if (!one) return false;
      const { outlineStyle, outlineWidth, boxShadow, visibility } = getComputedStyle(one);
      return visibility === "visible" && ((outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none");
    };
    // A list shows its row or its head, and a control that another element draws shows it there.
    const drawnBy = getComputedStyle(at).opacity === "0" ? [at.parentElement, ...(at.parentElement?.children ?? [])] : [];
    const around = [at, ...at.querySelectorAll(".row.active, .header"), ...drawnBy];
    const { width, height } = at.getBoundingClientRect();
    const name = [at.tagName, at.getAttribute("aria-label") ?? at.textContent?.trim().slice(0, 40) ?? "", at.id].join(" ");
    return { name, seen: width > 0 && height > 0 && around.some(drawn), nowhere: false };
  });
}

/** Goes through every stop of the page with the Tab key: each shows that it has the focus, and none keeps it. */
async function walk(page: Page): Promise<void> {
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const hidden: string[] = [];
  let first = "";
  for (let stop = 0; stop < STOPS_MOST; stop++) {
    await page.keyboard.press("Tab");
    const now = await focus(page);
    if (!now.seen) hidden.push(now.name);
    if (now.nowhere || (stop > 0 && now.name === first)) {
      expect(hidden, `stops of ${page.url()} that don't show the focus`).toEqual([]);
      return;
    }
    if (stop === 0) first = now.name;
  }
  throw new Error(`the Tab key does not come around on ${page.url()}`);
}

const holdsFocus = async (place: Locator) => (await place.count()) === 1 && place.evaluate((one) => one.contains(document.activeElement));

/** On a page with a list, once its rows are there: before that no key of the list is heard. */
async function onList(page: Page, path: string): Promise<void> {
  await signedIn(page, path);
  await expect(page.getByRole("grid").getByRole("row").nth(1)).toBeVisible();
}

/** Presses Tab until something has the focus. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  for (let stop = 0; stop < STOPS_MOST; stop++) {
    if (await wanted.evaluateAll((all) => all.some((one) => one === document.activeElement))) {
      expect((await focus(page)).seen).toBe(true);
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`the Tab key does not reach ${wanted}`);
}

/** Every page of the navigation is reached by its link, shows its name, and is walked through. */
async function walkNavigation(page: Page): Promise<string[]> {
  const links = page.getByRole("navigation", { name: "Main navigation" }).getByRole("link");
  await expect(links.first()).toBeVisible();
  const names = (await links.allTextContents()).map((name) => name.trim());
  for (const name of names) {
    await tabTo(page, page.getByRole("link", { name, exact: true }));
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { level: 1, name, exact: true })).toBeVisible();
    await walk(page);
  }
  return names;
}

test("a reseller reaches every page and every control of it", async ({ page }) => {
  test.setTimeout(300_000);
  await signedIn(page, "/");
  const names = await walkNavigation(page);
  expect(names.length).toBeGreaterThan(15);
  await keys(page, "Alt+1");
  await expect(page.getByRole("heading", { level: 1, name: "Home" })).toBeVisible();
});

test("a list: made in a sheet, changed, removed and taken back", async ({ page }) => {
  await signedIn(page, "/blocks");
  const create = page.getByRole("button", { name: "Block a number" }).first();
  await tabTo(page, create);
  await page.keyboard.press("Enter");
  const sheet = dialog(page, "Block a number");
  await expect.poll(() => holdsFocus(sheet)).toBe(true);
  await page.keyboard.press("Escape");
  await expect(sheet).toBeHidden();
  await expect(create).toBeFocused();

  await page.keyboard.press("Enter");
  await expect.poll(() => holdsFocus(sheet)).toBe(true);
  await tabTo(page, sheet.getByLabel("Number", { exact: true }));
  await page.keyboard.type("+1 519 555 0177");
  await page.keyboard.press("Control+s");
  const row = grid(page, "Phone Numbers to Block").getByRole("row", { name: /555.0177/ });
  await expect(row).toBeVisible();
  await expect(sheet).toBeHidden();

  await page.keyboard.press("Control+f");
  await page.keyboard.type("0177");
  await page.keyboard.press("ArrowDown");
  await expect(grid(page, "Phone Numbers to Block")).toBeFocused();
  await page.keyboard.press("Enter");
  const edit = page.getByRole("dialog");
  await tabTo(page, edit.getByLabel("Note"));
  await page.keyboard.type("calls at night");
  // What was typed is asked about, and the answer brings one back to where one was.
  await page.keyboard.press("Escape");
  await expect(dialog(page, "Leave without saving?")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(edit.getByLabel("Note")).toBeFocused();
  await page.keyboard.press("Control+s");
  await expect(row).toContainText("calls at night");
  await expect(grid(page, "Phone Numbers to Block")).toBeFocused();

  await page.keyboard.press("Delete");
  await expect(row).toHaveCount(0);
  await page.keyboard.press("Control+z");
  await expect(row).toContainText("calls at night");
  await keys(page, "Control+f", "ArrowDown", "Delete");
  await expect(row).toHaveCount(0);
  expect((await focus(page)).seen).toBe(true);
});

test("a question is asked, answered by Escape, and the list has the focus again", async ({ page }) => {
  await onList(page, "/clients");
  await keys(page, "Control+f", "ArrowDown");
  await expect(grid(page, "Clients")).toBeFocused();
  await page.keyboard.press("Delete");
  const asked = page.getByRole("dialog");
  await expect(asked).toBeVisible();
  await expect.poll(async () => (await focus(page)).nowhere).toBe(false);
  await page.keyboard.press("Escape");
  await expect(asked).toBeHidden();
  await expect(grid(page, "Clients")).toBeFocused();
});

test("the menu of a row and the choice of columns open, close and give the focus back", async ({ page }) => {
  await onList(page, "/clients");
  await keys(page, "Control+f", "ArrowDown", "Shift+F10");
  await expect(page.getByRole("menu")).toBeVisible();
  await keys(page, "ArrowDown", "Escape");
  await expect(page.getByRole("menu")).toBeHidden();
  await expect(grid(page, "Clients")).toBeFocused();

  const columns = page.getByRole("button", { name: "Columns" });
  for (let back = 0; back < STOPS_MOST && !(await columns.evaluate((one) => one === document.activeElement)); back++) await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  const box = page.getByRole("checkbox", { name: "Time zone" });
  await tabTo(page, box);
  await page.keyboard.press("Space");
  await expect(page.getByRole("columnheader", { name: "Time zone" })).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(columns).toBeFocused();
});

test("a form page: reached, walked by its tabs, left with and without what was typed", async ({ page }) => {
  await onList(page, "/users");
  await keys(page, "Control+f", "ArrowDown", "Enter");
  await expect(page.getByRole("tab", { name: "Main" })).toBeVisible();
  // Nothing of the list is left to have the focus: the page has it.
  await expect.poll(async () => (await focus(page)).nowhere).toBe(false);
  await tabTo(page, page.getByRole("tab", { name: "Main" }));
  await keys(page, "ArrowRight");
  await expect(page.getByRole("tab", { name: "Caller ID" })).toBeFocused();
  await walk(page);
  await tabTo(page, page.getByRole("tab", { name: "Caller ID" }));
  await keys(page, "ArrowLeft");
  await tabTo(page, page.getByLabel("First name"));
  await page.keyboard.type("x");
  await tabTo(page, main(page).getByRole("button", { name: "Discard" }));
  await page.keyboard.press("Enter");
  await tabTo(page, main(page).getByRole("link", { name: "Users" }));
  await page.keyboard.press("Enter");
  // The list is as it was, and the keys are at its row again.
  await expect(grid(page, "Users")).toBeFocused();

  await page.keyboard.press("n");
  await expect(page.getByRole("heading", { level: 2, name: "New user" })).toBeVisible();
  await expect.poll(() => holdsFocus(main(page).locator("form"))).toBe(true);
  await walk(page);
});

test("a reseller connects as a client and as its user, and reaches all that they have", async ({ page }) => {
  test.setTimeout(300_000);
  await onList(page, "/clients");
  await keys(page, "Control+f", "ArrowDown", "Shift+F10");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("menuitem").first()).toBeVisible();
  for (let step = 0; step < 10 && !(await page.getByRole("menuitem", { name: "Connect as client…" }).evaluate((one) => one === document.activeElement)); step++) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(dialog(page, /^Connect as/)).toBeVisible();
  await page.keyboard.press("Enter");
  const bar = page.getByRole("region", { name: "Connected as somebody else" });
  await expect(bar).toBeVisible();
  const client = await walkNavigation(page);
  expect(client).toContain("Limited Clients");
  expect(client).not.toContain("Clients");

  const { users } = (await rpc(page, "directory.show")) as { users: { id: string }[] };
  await rpc(page, "connect.start", { user: users[0]?.id, reason: "" });
  await page.goto("/#/");
  await page.reload();
  const user = await walkNavigation(page);
  expect(user).toContain("My call settings");
  expect(user).not.toContain("Users");

  await tabTo(page, page.getByRole("link", { name: "My call settings" }));
  await page.keyboard.press("Enter");
  const quiet = page.getByRole("checkbox", { name: "Do not disturb" });
  await tabTo(page, quiet);
  const before = await quiet.isChecked();
  await page.keyboard.press("Space");
  await expect(quiet).toBeChecked({ checked: !before });
  await tabTo(page, main(page).getByRole("button", { name: "Discard" }));
  await page.keyboard.press("Enter");
  await expect(quiet).toBeChecked({ checked: before });

  await tabTo(page, bar.getByRole("button", { name: /^Back to/ }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("link", { name: "Limited Clients" })).toBeVisible();
  await tabTo(page, bar.getByRole("button", { name: /^Back to/ }));
  await page.keyboard.press("Enter");
  await expect(bar).toHaveCount(0);
  expect((await focus(page)).nowhere).toBe(false);
});
