import { type Page } from "@playwright/test";
import { accessible, expect, rpc, signedIn, test } from "./person";

const grid = (page: Page) => page.getByRole("grid", { name: "Call Details" });
const rows = (page: Page) => grid(page).locator("[role=row][data-index]");
const filters = (page: Page) => page.getByRole("group", { name: "Filters" });
const totals = (page: Page) => page.getByRole("toolbar", { name: "Tools of the list" }).getByRole("status");
const EVERYTHING = {
  from_ms: null, until_ms: null, clients: [], users: [], directions: [], results: [], number: "", name: "",
  talk_min_seconds: null, talk_max_seconds: null, recorded: false, text: "",
};

/** How many calls the totals say. */
async function counted(page: Page): Promise<number> {
  await expect(totals(page)).toHaveAttribute("aria-busy", "false");
  return Number(((await totals(page).textContent()) ?? "").split(" call")[0]?.replace(/\D/g, ""));
}

test.beforeEach(async ({ page }) => {
  await signedIn(page);
  await expect(rows(page).first()).not.toHaveAttribute("aria-busy", "true");
});

test("the list, its totals and its columns are those of the sample", async ({ page }) => {
  const known = (await rpc(page, "calls.totals", { filter: EVERYTHING })) as { calls: number };
  expect(await counted(page)).toBe(known.calls);
  expect(known.calls).toBeGreaterThan(50_000);
  await expect(grid(page)).toHaveAttribute("aria-rowcount", String(known.calls + 1));
  await expect(totals(page)).toContainText(/legs.+answered.+h\s*$/);
  await accessible(page);
});

test("every row of the list can be reached by keyboard alone", async ({ page }) => {
  await grid(page).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(rows(page).nth(1)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("End");
  const last = grid(page).locator(`[data-index="${(await counted(page)) - 1}"]`);
  await expect(last).toBeInViewport();
  await expect(last).not.toHaveAttribute("aria-busy", "true");
  await page.keyboard.press("PageUp");
  await expect(last).toHaveAttribute("aria-selected", "false");
  await page.keyboard.press("Home");
  await expect(rows(page).first()).toHaveAttribute("aria-selected", "true");
});

test("scrolling anywhere fills in, by wheel and by the scrollbar", async ({ page }) => {
  const box = await grid(page).boundingBox();
  if (!box) throw new Error("the list is not there");
  await page.mouse.move(box.x + 300, box.y + 200);
  await page.mouse.wheel(0, 320);
  await expect(grid(page).locator('[data-index="12"]')).toBeInViewport();
  for (const share of [0.5, 0.9, 0.1]) {
    await grid(page).evaluate((list, at) => list.scrollTo(0, list.scrollHeight * at), share);
    const count = await counted(page);
    await expect
      .poll(async () => Math.abs(Number(await rows(page).nth(8).getAttribute("data-index")) / count - share))
      .toBeLessThan(0.01);
    await expect(rows(page).nth(8)).not.toHaveAttribute("aria-busy", "true");
  }
});

test("filters narrow the list, say what they are, and go together", async ({ page }) => {
  const all = await counted(page);
  await filters(page).getByRole("button", { name: "Result" }).click();
  await page.getByLabel("No answer").check();
  await page.getByLabel("Busy").check();
  await page.keyboard.press("Escape");
  await expect(filters(page).getByRole("button", { name: /^Result No answer/ })).toBeVisible();
  await expect.poll(() => counted(page)).toBeLessThan(all);
  const both = await counted(page);

  await filters(page).getByRole("button", { name: "Client" }).click();
  await page.getByRole("dialog").getByRole("checkbox").first().check();
  await accessible(page);
  await page.keyboard.press("Escape");
  await expect.poll(() => counted(page)).toBeLessThan(both);

  await filters(page).getByRole("button", { name: "Clear all" }).click();
  await expect.poll(() => counted(page)).toBe(all);
});

test("a part of a number has at least three digits", async ({ page }) => {
  await filters(page).getByRole("button", { name: "Filter", exact: true }).click();
  await page.getByRole("menuitem", { name: "Number" }).click();
  const field = page.getByLabel("Number or part of one");
  await field.fill("51");
  await expect(page.getByText("At least 3 digits")).toBeVisible();
  await expect(page.getByRole("button", { name: "Apply" })).toBeDisabled();
  await field.fill("519");
  await page.keyboard.press("Enter");
  const known = (await rpc(page, "calls.totals", { filter: { ...EVERYTHING, number: "519" } })) as { calls: number };
  await expect.poll(() => counted(page)).toBe(known.calls);
});

test("free text is searched from the top bar, and a search without a match says so", async ({ page }) => {
  await page.keyboard.press("/");
  const search = page.getByRole("textbox", { name: "Search calls" });
  await expect(search).toBeFocused();
  await search.fill("nobody is called like this");
  await expect(page.getByRole("heading", { name: "No call matches" })).toBeVisible();
  await accessible(page);
  await filters(page).getByRole("button", { name: "Clear all" }).click();
  await expect(search).toHaveValue("");
  await expect(rows(page).first()).toBeVisible();
});

test("headers sort, and say how", async ({ page }) => {
  const talk = page.getByRole("columnheader", { name: "Talk" });
  await talk.getByRole("button").click();
  await expect(talk).toHaveAttribute("aria-sort", "descending");
  await expect(rows(page).first()).not.toHaveAttribute("aria-busy", "true");
  const longest = (await rpc(page, "calls.page", { filter: EVERYTHING, sort: { by: "talk", descending: true }, offset: 0, limit: 1 })) as { rows: { talk_seconds: number }[] };
  const seconds = longest.rows[0]?.talk_seconds ?? 0;
  await expect(rows(page).first()).toContainText(`:${String(seconds % 60).padStart(2, "0")}`);
  await talk.getByRole("button").click();
  await expect(talk).toHaveAttribute("aria-sort", "ascending");
});

test("a call opens to its legs, with the focus where it belongs", async ({ page }) => {
  await page.getByRole("columnheader", { name: "Legs" }).getByRole("button").click();
  await expect(page.getByRole("columnheader", { name: "Legs" })).toHaveAttribute("aria-sort", "descending");
  await grid(page).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Space");
  const legs = page.getByRole("region", { name: "Legs of the call" });
  await expect(legs.getByRole("article")).not.toHaveCount(0);
  expect(await legs.getByRole("article").count()).toBeGreaterThan(1);
  await expect(grid(page)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(legs).toBeFocused();
  await expect(legs).toContainText("SIP code");
  await accessible(page);
  await page.keyboard.press("Escape");
  await expect(legs).toBeHidden();
  await expect(grid(page)).toBeFocused();
});

test("several calls are selected, and all of them", async ({ page }) => {
  await rows(page).nth(1).click();
  await rows(page).nth(4).click({ modifiers: ["Shift"] });
  const bar = page.getByRole("toolbar", { name: "Selected calls" });
  await expect(bar).toContainText("4 calls selected");
  await page.keyboard.press("Control+a");
  await expect(bar).toContainText("All that match");
  await accessible(page);
  await page.keyboard.press("Escape");
  await expect(bar).toBeHidden();
});

test("the menu of a call filters by its client", async ({ page }) => {
  await rows(page).nth(2).click({ button: "right" });
  await accessible(page);
  await page.getByRole("menuitem", { name: /^Only calls of/ }).click();
  await expect(filters(page).getByRole("button", { name: /^Client / }).first()).toBeVisible();
});

test("columns are chosen and stay chosen", async ({ page }) => {
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("checkbox", { name: "Cause" }).check();
  await page.getByRole("checkbox", { name: "Name" }).uncheck();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("columnheader", { name: "Cause" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("columnheader", { name: "Cause" })).toBeVisible();
  await expect(page.getByRole("columnheader", { name: "Name" })).toHaveCount(0);
});

test("a filter is saved, applied, renamed and removed", async ({ page }) => {
  for (const one of (await rpc(page, "filters.list")) as { id: string }[]) await rpc(page, "filters.remove", { id: one.id });
  await filters(page).getByRole("button", { name: "Direction" }).click();
  await page.getByLabel("Internal").check();
  await page.keyboard.press("Escape");
  const internal = await counted(page);
  await page.getByRole("button", { name: "Saved" }).click();
  await page.getByPlaceholder("Name of this filter").fill("Among themselves");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Filter “Among themselves” saved")).toBeVisible();
  await page.keyboard.press("Escape");
  await filters(page).getByRole("button", { name: "Clear all" }).click();
  await expect.poll(() => counted(page)).not.toBe(internal);
  await page.getByRole("button", { name: "Saved" }).click();
  await page.getByRole("button", { name: "Among themselves", exact: true }).click();
  await expect.poll(() => counted(page)).toBe(internal);
  await page.getByRole("button", { name: "Saved" }).click();
  await page.getByRole("button", { name: "Rename Among themselves" }).click();
  await page.keyboard.type("Inside");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Remove Inside" }).click();
  await expect(page.getByText("No saved filters yet.")).toBeVisible();
});

test("a saved period moves with the days", async ({ page }) => {
  for (const one of (await rpc(page, "filters.list")) as { id: string }[]) await rpc(page, "filters.remove", { id: one.id });
  await filters(page).getByRole("button", { name: "Date" }).click();
  await page.getByRole("button", { name: "Last 7 days" }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Saved" }).click();
  await page.getByPlaceholder("Name of this filter").fill("This week");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Filter “This week” saved")).toBeVisible();
  await page.reload();
  await page.getByRole("button", { name: "Saved" }).click();
  await page.getByRole("button", { name: "This week", exact: true }).click();
  await expect(filters(page).getByRole("button", { name: "Date Last 7 days" })).toBeVisible();
  for (const one of (await rpc(page, "filters.list")) as { id: string }[]) await rpc(page, "filters.remove", { id: one.id });
});

test("the list is as it was when one comes back to it", async ({ page }) => {
  await filters(page).getByRole("button", { name: "Direction" }).click();
  await page.getByLabel("Inbound").check();
  await page.keyboard.press("Escape");
  await grid(page).focus();
  for (let step = 0; step < 4; step++) await page.keyboard.press("PageDown");
  const selected = grid(page).locator("[aria-selected=true]");
  await expect(selected).toHaveCount(1);
  const index = (await selected.getAttribute("data-index")) ?? "";
  await page.getByRole("link", { name: "Home" }).click();
  await expect(page.getByRole("heading", { name: "Home" })).toBeVisible();
  await page.getByRole("link", { name: "Call Details" }).click();
  await expect(grid(page).locator(`[data-index="${index}"]`)).toBeInViewport();
  await expect(grid(page).locator(`[data-index="${index}"]`)).toHaveAttribute("aria-selected", "true");
  await expect(filters(page).getByRole("button", { name: /^Direction Inbound/ })).toBeVisible();
});

test("times switch to the client's zone and always tell their offset", async ({ page }) => {
  const time = rows(page).first().locator("[title*='America/Toronto']");
  await expect(time).toHaveAttribute("title", /[+−]\d\d:\d\d America\/Toronto/);
  await page.getByRole("button", { name: "Client's zone" }).click();
  await expect(page.getByRole("button", { name: "Client's zone" })).toHaveAttribute("aria-pressed", "true");
});
