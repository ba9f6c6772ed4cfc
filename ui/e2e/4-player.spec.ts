import { accessible, expect, signedIn, test } from "./person";

test.beforeEach(async ({ page }) => {
  await signedIn(page);
  await page.getByRole("button", { name: "Filter", exact: true }).click();
  await page.getByRole("menuitem", { name: "Recorded only" }).click();
  await expect(page.getByRole("button", { name: /Recorded only/ })).toBeVisible();
});

test("a recording plays, is sought by keys and keeps playing on other pages", async ({ page }) => {
  await page.getByRole("grid").getByRole("button", { name: "Play" }).first().click();
  const player = page.getByRole("region", { name: "Player" });
  await expect(player.getByRole("button", { name: "Pause" })).toBeVisible();
  await expect(player.getByRole("slider", { name: "Position" })).toHaveAttribute("aria-valuemax", /[1-9]/);
  await page.getByRole("link", { name: "Home" }).click();
  await expect(player).toBeVisible();
  await page.keyboard.press("k");
  await expect(player.getByRole("button", { name: "Play", exact: true })).toBeVisible();
  // While it is paused: a short recording would end meanwhile.
  await accessible(page);
  await page.keyboard.press("j");
  await expect(player.getByText(/^0:00 \//)).toBeVisible();
  await player.getByRole("combobox", { name: /^Speed/ }).click();
  await page.getByRole("option", { name: "1.5×" }).click();
  await expect(player.getByRole("combobox", { name: "Speed: 1.5×" })).toBeVisible();
  await player.getByRole("button", { name: "Close player" }).click();
  await expect(player).toBeHidden();
});

test("a deletion is asked first and says what goes", async ({ page }) => {
  const rows = page.getByRole("grid").locator("[role=row][data-index]");
  await rows.nth(1).click();
  await page.keyboard.press("Delete");
  const dialog = page.getByRole("dialog", { name: "Delete this recording?" });
  await expect(dialog).toContainText("It can't be brought back");
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await accessible(page);
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
});

test("the recordings of a filter are kept, paused and removed", async ({ page }) => {
  await page.getByRole("button", { name: /^Keep the recordings of this filter/ }).click();
  const dialog = page.getByRole("dialog", { name: "Keep recordings on this computer" });
  await expect(dialog.getByLabel("Name of the rule")).toBeFocused();
  await dialog.getByLabel("Name of the rule").fill("All of them");
  await dialog.getByLabel("At most, in GB").fill("much");
  await expect(dialog).toContainText("A size in GB");
  await dialog.getByLabel("At most, in GB").fill("0.5");
  await accessible(page);
  await dialog.getByRole("button", { name: "Keep them" }).click();
  await expect(page.getByText("“All of them” is being kept")).toBeVisible();
  await page.getByRole("link", { name: "Settings" }).click();
  await expect(page.getByRole("progressbar", { name: "Kept of All of them" })).toBeVisible();
  await page.getByRole("button", { name: "Pause All of them" }).click();
  await expect(page.getByRole("button", { name: "Resume All of them" })).toBeVisible();
  await page.getByRole("button", { name: "Remove All of them" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("No rules yet.")).toBeVisible();
});
