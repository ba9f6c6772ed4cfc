import { readFileSync } from "node:fs";
import { type Page } from "@playwright/test";
import { accessible, expect, rpc, signedIn, test } from "./person";

const grid = (page: Page) => page.getByRole("grid", { name: "Reports" });
const rows = (page: Page) => grid(page).locator("[role=row][data-index]");
const by = (page: Page) => page.getByRole("group", { name: "A row for each" });
const figures = (page: Page) => page.getByRole("main").locator("p.figures");
const EVERYTHING = {
  from_ms: null, until_ms: null, clients: [], users: [], directions: [], results: [], number: "", name: "",
  talk_min_seconds: null, talk_max_seconds: null, recorded: false, text: "",
};
type Said = { rows: { figures: { calls: number } }[]; total: { calls: number }; months: unknown[] };

async function report(page: Page, part: object = {}): Promise<Said> {
  return (await rpc(page, "reports.show", { filter: EVERYTHING, zone: "America/Toronto", by_month: false, by_client: false, by_user: false, ...part })) as Said;
}

test.beforeEach(async ({ page }) => {
  await signedIn(page, "/reports");
  await expect(rows(page).first()).toBeVisible();
  // Told by client as soon as it is known that there are several.
  await expect(page.getByRole("columnheader", { name: "Client" })).toBeVisible();
});

test("a report counts every call that Call Details has", async ({ page }) => {
  const known = (await rpc(page, "calls.totals", { filter: EVERYTHING })) as { calls: number; talk_seconds: number };
  const said = await report(page, { by_month: true, by_client: true });
  expect(said.total.calls).toBe(known.calls);
  expect(said.rows.reduce((sum, row) => sum + row.figures.calls, 0)).toBe(known.calls);
  await expect(grid(page)).toHaveAttribute("aria-rowcount", String(said.rows.length + 1));
  await expect(figures(page)).toContainText("Months and hours in America/Toronto");
  await expect(page.getByRole("group", { name: "Calls by month" }).getByRole("button")).toHaveCount(said.months.length);
  await accessible(page);
});

test("a report is told by month, client and user, as one chooses", async ({ page }) => {
  await by(page).getByRole("button", { name: "Month" }).click();
  await expect(page.getByRole("columnheader", { name: "Month" })).toHaveCount(0);
  const clients = await report(page, { by_client: true });
  await expect(grid(page)).toHaveAttribute("aria-rowcount", String(clients.rows.length + 1));
  await by(page).getByRole("button", { name: "User" }).click();
  await by(page).getByRole("button", { name: "Client" }).click();
  await expect(page.getByRole("columnheader", { name: "Client" })).toHaveCount(0);
  await expect(page.getByRole("columnheader", { name: "User" })).toHaveCount(1);
  // The last one stays.
  await by(page).getByRole("button", { name: "User" }).click();
  await expect(by(page).getByRole("button", { name: "User" })).toHaveAttribute("aria-pressed", "true");
  await accessible(page);
});

test("the filter of Call Details is the report's, there and back", async ({ page }) => {
  await page.getByRole("link", { name: "Call Details" }).click();
  const filters = page.getByRole("group", { name: "Filters" });
  await filters.getByRole("button", { name: "Direction" }).click();
  await page.getByLabel("Outbound").check();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Report", exact: true }).click();
  await expect(filters.getByRole("button", { name: /^Direction Outbound/ })).toBeVisible();
  const said = await report(page, { filter: { ...EVERYTHING, directions: ["outbound"] } });
  await expect(figures(page)).toContainText(`${said.total.calls.toLocaleString("en")} calls`);
  await grid(page).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Call Details" })).toBeVisible();
  await expect(filters.getByRole("button", { name: /^Client / })).toBeVisible();
  await filters.getByRole("button", { name: "Clear all" }).click();
});

test("a report goes to a file with plain numbers", async ({ page }) => {
  await page.getByRole("button", { name: "Export…" }).click();
  const toast = page.getByRole("status").filter({ hasText: /rows? exported/ });
  await expect(toast).toBeVisible();
  const lines = readFileSync((await toast.getByText(/\.csv$/).textContent()) ?? "", "utf8").trimEnd().split("\r\n");
  expect(lines[0]).toMatch(/^Month,Client,Calls,/);
  expect(lines[1]).toMatch(/^\d{4}-\d\d,/);
});
