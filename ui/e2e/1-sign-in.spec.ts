import { account, accessible, expect, signedOut, test } from "./person";

test("a person signs in after the server's address was checked", async ({ page }) => {
  await signedOut(page);
  await accessible(page);
  await page.getByLabel("Server address").fill("http://127.0.0.1:1");
  await page.getByLabel("Reseller realm").focus();
  await expect(page.getByText("No answer from this address")).toBeVisible();

  await page.getByLabel("Server address").fill(account.server);
  await page.getByLabel("Reseller realm").fill(account.realm);
  await expect(page.getByText(/Reached: pbx-core .+ with sample data/)).toBeVisible();

  await page.getByLabel("Email").fill(account.email);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByLabel("Password")).toBeFocused();
  await expect(page.getByText("Needed")).toBeVisible();

  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText("don't match");

  await page.getByLabel("Password").fill(account.password);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: /^Account/ })).toContainText("North Voice (sample)");
  await expect(page.getByText("Sample data")).toBeVisible();
  await expect(page.getByText(/^Synced \d\d:\d\d$/).first()).toBeVisible({ timeout: 120_000 });
});

test("signing out asks, and says what stays", async ({ page }) => {
  await signedOut(page);
  await page.request.post("/rpc/session.sign_in", { data: account });
  await page.goto("/");
  await page.getByRole("button", { name: /^Account/ }).click();
  await page.getByRole("menuitem", { name: "Sign out…" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("stay in the local copy");
  await accessible(page);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await page.getByRole("button", { name: /^Account/ }).click();
  await page.getByRole("menuitem", { name: "Sign out…" }).click();
  await dialog.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});
