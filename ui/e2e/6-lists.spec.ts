import { readFileSync } from "node:fs";
import { type Page } from "@playwright/test";
import { accessible, expect, rpc, signedIn, test } from "./person";

const grid = (page: Page) => page.getByRole("grid", { name: "Clients" });
const rows = (page: Page) => grid(page).locator("[role=row][data-index]");
const search = (page: Page) => page.getByRole("textbox", { name: "Search in Clients" });
const names = async (page: Page) => (await rows(page).locator("[role=gridcell]:first-child").allTextContents()).map((name) => name.trim());
type Named = { id: string; name: string };
const clients = async (page: Page) => ((await rpc(page, "directory.show")) as { clients: Named[] }).clients;

test.beforeEach(async ({ page }) => {
  await signedIn(page, "/clients");
  await expect(rows(page).first()).toBeVisible();
});

test("a list shows every row, and its headers sort it", async ({ page }) => {
  const known = await clients(page);
  await expect(grid(page)).toHaveAttribute("aria-rowcount", String(known.length + 1));
  const header = page.getByRole("columnheader", { name: "Name" });
  await expect(header).toHaveAttribute("aria-sort", "ascending");
  const first = (await names(page))[0];
  await accessible(page);
  await header.getByRole("button").click();
  await expect(header).toHaveAttribute("aria-sort", "descending");
  await expect.poll(async () => (await names(page))[0]).not.toBe(first);
  await header.getByRole("button").click();
  await expect.poll(async () => (await names(page))[0]).toBe(first);
});

test("a list is walked and searched by the keyboard alone", async ({ page }) => {
  const wanted = (await names(page))[2] ?? "";
  await page.keyboard.press("Control+f");
  await expect(search(page)).toBeFocused();
  await page.keyboard.type(wanted.toUpperCase());
  await expect.poll(() => names(page)).toContain(wanted);
  await page.keyboard.press("ArrowDown");
  await expect(grid(page)).toBeFocused();
  await expect(rows(page).first()).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Control+f");
  await page.keyboard.type(" nobody is called like this");
  await expect(page.getByRole("heading", { name: "Nothing matches" })).toBeVisible();
  await accessible(page);
  await page.keyboard.press("Escape");
  await expect(rows(page).first()).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Control+a");
  await expect(page.getByRole("toolbar", { name: "Selected rows" })).toContainText(/selected/);
  await accessible(page);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("toolbar", { name: "Selected rows" })).toBeHidden();
});

test("a list is as it was when one comes back to it", async ({ page }) => {
  const wanted = (await names(page))[1] ?? "";
  await search(page).fill(wanted);
  await rows(page).first().click();
  await page.getByRole("link", { name: "Home" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Home" })).toBeVisible();
  await page.getByRole("link", { name: "Clients", exact: true }).click();
  await expect(search(page)).toHaveValue(wanted);
  await expect(rows(page).first()).toHaveAttribute("aria-selected", "true");
});

test("the columns of a list are chosen and stay chosen", async ({ page }) => {
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("checkbox", { name: "Time zone" }).uncheck();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("columnheader", { name: "Time zone" })).toHaveCount(0);
  await page.reload();
  await expect(rows(page).first()).toBeVisible();
  await expect(page.getByRole("columnheader", { name: "Time zone" })).toHaveCount(0);
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("button", { name: "As at first" }).click();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("columnheader", { name: "Time zone" })).toHaveCount(1);
});

test("in a narrow window a list leaves out what matters less, until it is chosen", async ({ page }) => {
  test.slow();
  await page.setViewportSize({ width: 1024, height: 700 });
  for (const [path, name] of [["/calls", "Call Details"], ["/reports", "Reports"], ["/users", "Users"], ["/numbers", "Phone Numbers"], ["/clients", "Clients"]]) {
    await page.goto(`/#${path}`);
    const list = page.getByRole("grid", { name: name ?? "", exact: true });
    await expect(list.getByRole("row").nth(1)).toBeVisible();
    await expect.poll(() => list.evaluate((one) => one.scrollWidth - one.clientWidth), { message: `${name} scrolls sideways` }).toBe(0);
  }
  const cut = await rows(page).locator("[role=gridcell]:first-child .ellipsis").evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent));
  expect(cut, "names that are cut").toEqual([]);

  const zone = page.getByRole("columnheader", { name: "Time zone" });
  await expect(zone).toHaveCount(0);
  await page.getByRole("button", { name: "Columns" }).click();
  const chooser = page.getByRole("dialog", { name: "Columns" });
  await expect(chooser).toContainText("hidden because the window is narrow");
  await accessible(page);
  await chooser.getByRole("checkbox", { name: "Time zone" }).check();
  await expect(zone).toHaveCount(1);
  await expect(chooser).not.toContainText("hidden because");
  await chooser.getByRole("button", { name: "As at first" }).click();
  await expect(zone).toHaveCount(0);
  await page.keyboard.press("Escape");
  await page.setViewportSize({ width: 1440, height: 900 });
  await expect(zone).toHaveCount(1);
});

test("what a list shows goes to a file, in its order", async ({ page }) => {
  await page.getByRole("columnheader", { name: "Name" }).getByRole("button").click();
  await expect(page.getByRole("columnheader", { name: "Name" })).toHaveAttribute("aria-sort", "descending");
  const first = (await names(page))[0] ?? "";
  await page.getByRole("button", { name: "Export…" }).click();
  const toast = page.getByRole("status").filter({ hasText: /rows? exported/ });
  await expect(toast).toBeVisible();
  const path = (await toast.getByText(/\.csv$/).textContent()) ?? "";
  const lines = readFileSync(path, "utf8").trimEnd().split("\r\n");
  expect(lines[0]).toContain("Name");
  expect(lines[1]?.replaceAll('"', "")).toContain(first);
  expect(lines).toHaveLength((await clients(page)).length + 1);
});

test("the palette goes to pages, people and numbers, and has what was used last first", async ({ page }) => {
  const known = (await clients(page))[1];
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox", { name: "Go to" });
  const options = page.getByRole("listbox", { name: "What was found" }).getByRole("option");
  await expect(field).toBeFocused();
  await accessible(page);
  await page.keyboard.type("call det");
  await expect(options.first()).toContainText("Call Details");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Call Details" })).toBeVisible();
  await page.keyboard.press("Control+k");
  await expect(options.first()).toContainText("Call Details");
  await page.keyboard.type((known?.name ?? "").toUpperCase());
  await expect(options.first()).toContainText(known?.name ?? "");
  await page.keyboard.press("ArrowUp");
  await expect(options.last()).toHaveAttribute("aria-selected", "true");
  await expect(options.last()).toContainText("Search calls for");
  await accessible(page);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("textbox", { name: "Search calls" })).toHaveValue((known?.name ?? "").toUpperCase());
  await page.keyboard.press("Control+k");
  await page.keyboard.type("export calls");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Export to CSV" })).toBeVisible();
});
