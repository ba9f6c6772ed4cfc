import { accessible, expect, signedIn, test } from "./person";

test("Home tells the days and leads to their calls", async ({ page }) => {
  await signedIn(page, "/");
  const days = page.getByRole("group", { name: "Calls by day and result" });
  await expect(days.getByRole("button")).toHaveCount(30);
  await accessible(page);
  const day = days.getByRole("button").nth(20);
  await day.hover();
  await day.click();
  await expect(page.getByRole("heading", { name: "Call Details" })).toBeVisible();
  await expect(page.getByRole("group", { name: "Filters" }).getByRole("button", { name: /^Date / }).first()).toBeVisible();
});

test("a busiest client leads to its calls", async ({ page }) => {
  await signedIn(page, "/");
  const first = page.getByRole("main").getByRole("listitem").filter({ hasText: "% answered" }).first().getByRole("button");
  const name = (await first.getAttribute("title")) ?? "";
  await first.click();
  await expect(page.getByRole("group", { name: "Filters" }).getByRole("button", { name: new RegExp(`^Client ${name.slice(0, 6)}`) })).toBeVisible();
});

test("the language and the theme change at once", async ({ page }) => {
  await signedIn(page, "/settings");
  await accessible(page);
  for (const [pick, title, menu] of [
    ["Français", "Paramètres", "Langue"],
    ["Español", "Ajustes", "Idioma"],
    ["Deutsch", "Einstellungen", "Sprache"],
    ["English", "Settings", "Language"],
  ] as const) {
    await page.getByRole("combobox", { name: /^(Language|Langue|Idioma|Sprache):/ }).click();
    await page.getByRole("option", { name: pick }).click();
    await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
    await expect(page.getByRole("combobox", { name: new RegExp(`^${menu}:`) })).toBeVisible();
  }
  await page.getByRole("combobox", { name: /^Theme:/ }).click();
  await page.getByRole("option", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await accessible(page);
  for (const link of ["Home", "Call Details"]) {
    await page.getByRole("link", { name: link }).click();
    await expect(page.getByRole("heading", { level: 1, name: link })).toBeVisible();
    await expect(page.getByRole("main")).not.toBeEmpty();
    await accessible(page);
  }
});

test("the shortcuts are a key away, and the narrow window keeps its names", async ({ page }) => {
  await page.setViewportSize({ width: 1024, height: 700 });
  await signedIn(page, "/");
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(help).toContainText("Search calls");
  await accessible(page);
  await page.keyboard.press("Escape");
  await expect(help).toBeHidden();
  await page.keyboard.press("Alt+2");
  await expect(page.getByRole("heading", { level: 1, name: "Call Details" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Settings" })).toBeVisible();
  await accessible(page);
});
