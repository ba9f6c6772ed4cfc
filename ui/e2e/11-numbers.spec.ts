import { accessible, expect, rpc, signedIn, test } from "./person";

type Listed<T> = { rows: T[] };

test.describe("numbers to block", () => {
  test.beforeEach(async ({ page }) => {
    await signedIn(page, "/blocks");
    const { rows } = (await rpc(page, "blocks.list")) as Listed<{ id: string }>;
    for (const { id } of rows) await rpc(page, "blocks.remove", { id });
  });

  test("a number is tried, blocked, changed, removed and blocked again", async ({ page }) => {
    await expect(page.getByText("Nobody is blocked")).toBeVisible();
    await accessible(page);
    await page.getByRole("button", { name: "Block a number" }).first().click();
    const sheet = page.getByRole("dialog", { name: "Block a number" });
    await expect(sheet.getByText("Type a number to see what it would have stopped.")).toBeVisible();
    await sheet.getByLabel("Number", { exact: true }).fill("12");
    await sheet.getByRole("button", { name: "Block", exact: true }).click();
    await expect(sheet.getByText("This can't be read as a number. Write it like +1 519 555 0142.")).toBeVisible();
    await sheet.getByLabel("Number", { exact: true }).fill("+1 202 555 0142");
    await expect(sheet.getByText(/in the last 30 days/)).toBeVisible();
    await sheet.getByLabel("Note").fill("Rude");
    await accessible(page);
    await sheet.getByRole("button", { name: "Block", exact: true }).click();
    const row = page.getByRole("row", { name: /555.0142/ });
    await expect(row).toContainText("Rude");
    await expect(row).toContainText("All clients");
    await accessible(page);

    await row.dblclick();
    const again = page.getByRole("dialog");
    await again.getByLabel("Note").fill("Very rude");
    await again.getByRole("button", { name: "Save" }).click();
    await expect(row).toContainText("Very rude");
    await row.click();
    await page.keyboard.press("Delete");
    await expect(page.getByText("Nobody is blocked")).toBeVisible();
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(row).toContainText("Very rude");
  });

  test("a file is looked at before it is taken", async ({ page }) => {
    await page.getByRole("button", { name: "Import…" }).click();
    const sheet = page.getByRole("dialog", { name: "Import numbers to block" });
    const file = (text: string) => ({ name: "blocks.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    await sheet.getByLabel("CSV file").setInputFiles(file("number,note\n+12025550142,Rude\n12,\n"));
    await expect(sheet.getByText("1 row can't be taken. Nothing was blocked.")).toBeVisible();
    await expect(sheet.getByRole("row", { name: /3 number This can't be read/ })).toBeVisible();
    await accessible(page);
    await sheet.getByLabel("CSV file").setInputFiles(file("number,note\n+12025550142,Rude\n+1900*,\nanonymous,\n"));
    await expect(sheet.getByText("All 3 rows are good. Nothing is blocked yet.")).toBeVisible();
    await sheet.getByRole("button", { name: "Block 3 rows" }).click();
    await expect(page.getByRole("row", { name: /Hidden numbers/ })).toBeVisible();
    await expect(page.getByRole("row", { name: /\+1900…/ })).toBeVisible();
  });
});

test("who has no emergency caller ID is told and helped", async ({ page }) => {
  await signedIn(page, "/emergency");
  const { rows } = (await rpc(page, "emergency.list")) as Listed<{ id: string }>;
  for (const { id } of rows) await rpc(page, "emergency.remove", { id });
  const missing = page.getByRole("region", { name: /no valid emergency caller ID/ });
  await expect(missing).toBeVisible();
  await accessible(page);
  await missing.getByRole("button", { name: "Set…" }).first().click();
  const sheet = page.getByRole("dialog", { name: "New emergency caller ID" });
  await expect(sheet.getByLabel("Dialled")).toHaveValue("911");
  await sheet.getByRole("button", { name: "Add", exact: true }).click();
  await expect(sheet.getByText("This is needed.")).toBeVisible();
  await expect(sheet.getByText("Choose a validated number of the client.")).toBeVisible();
  await accessible(page);
});

test("a call is thought through", async ({ page }) => {
  await signedIn(page, "/dial");
  const directory = (await rpc(page, "directory.show")) as { users: { name: string; extension: string; client: string }[] };
  const [user, other] = directory.users.filter((one, _, all) => all.filter((two) => two.client === one.client).length > 1);
  if (!user || !other) throw new Error("the sample has users");
  const picker = page.getByRole("combobox", { name: "User", exact: true });
  await picker.click();
  await picker.pressSequentially(user.extension);
  await page.getByRole("option").first().click();
  await page.getByLabel("Number dialled").fill("911");
  await page.getByRole("button", { name: "See where it goes" }).click();
  const answer = page.getByRole("region", { name: "What becomes of the call" });
  await expect(answer).toContainText("The call goes through");
  await expect(answer).toContainText("Emergency");
  await accessible(page);
  await page.getByLabel("Number dialled").fill("1");
  await page.getByRole("button", { name: "See where it goes" }).click();
  await expect(answer).toContainText("This is neither a number nor an extension.");
});
