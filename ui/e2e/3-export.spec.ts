import { accessible, expect, signedIn, test } from "./person";

test("an export says its rows before it starts and where it went after", async ({ page }) => {
  await signedIn(page);
  const filters = page.getByRole("group", { name: "Filters" });
  await filters.getByRole("button", { name: "Result" }).click();
  await page.getByLabel("Busy").check();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Export…" }).click();
  const dialog = page.getByRole("dialog", { name: "Export to CSV" });
  await expect(dialog).toContainText(/[\d,]+ rows? in one file\./);
  await dialog.getByLabel(/Write a manifest/).check();
  await accessible(page);
  await dialog.getByRole("button", { name: "Choose file…" }).click();
  await expect(page.getByText("Export finished").first()).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(/\.csv/).first()).toBeVisible();
});

test("more than 100,000 rows are offered as numbered files", async ({ page }) => {
  await signedIn(page);
  await page.getByRole("button", { name: "Export…" }).click();
  const dialog = page.getByRole("dialog", { name: "Export to CSV" });
  await expect(dialog).toContainText("one file holds at most 100,000");
  await expect(dialog.getByLabel(/Write \d+ numbered files/)).toBeChecked();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(dialog).toBeHidden();
});
