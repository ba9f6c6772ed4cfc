import type { Page } from "@playwright/test";
import { accessible, account, expect, rpc, signedIn, test } from "./person";

const row = (page: Page, name: string | RegExp) => page.getByRole("row").filter({ hasText: name });

/** What is done to a row, by its menu. */
async function act(page: Page, name: string | RegExp, action: string): Promise<void> {
  await row(page, name).first().click({ button: "right" });
  // What can't be done now says why after its name.
  await page.getByRole("menuitem", { name: new RegExp(`^${action}`) }).click();
}

test("a client is added, refused beside the field, changed and suspended", async ({ page }) => {
  await signedIn(page, "/clients");
  await accessible(page);
  await page.getByRole("button", { name: "New client" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Quarry & Sons");
  await page.getByLabel("Realm").fill("harborfreight");
  await page.getByLabel("Email (login)").fill("nobody");
  await page.getByRole("button", { name: /^Save/ }).click();
  const email = page.getByLabel("Email (login)");
  await expect(email).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByText("This is not an email address.")).toBeVisible();
  await accessible(page);
  await email.fill("office@quarry.example");
  await page.getByLabel("Realm").fill("quarry");
  await page.getByRole("tab", { name: "Advanced" }).click();
  await page.getByLabel("Outbound calls at a time").fill("4");
  await page.getByLabel("Memo").fill("Pays in time");
  await accessible(page);
  await page.getByRole("button", { name: /^Save/ }).click();
  await expect(row(page, "Quarry & Sons")).toBeVisible();
  await expect(row(page, "Quarry & Sons")).toContainText("quarry.northvoice.example");

  await row(page, "Quarry & Sons").dblclick();
  await expect(page.getByLabel("Realm")).toHaveAttribute("readonly", "");
  await page.getByLabel("First name").fill("Quentin");
  await expect(page.getByText("Changed: First name")).toBeVisible();
  await page.getByRole("button", { name: /^Save/ }).click();
  await expect(page.getByText("Quarry & Sons saved")).toBeVisible();
  await page.getByRole("tab", { name: "Advanced" }).click();
  await expect(page.getByLabel("Memo")).toHaveValue("Pays in time");
  await page.getByRole("link", { name: "Clients", exact: true }).first().click();
  await act(page, "Quarry & Sons", "Suspend");
  await expect(row(page, "Quarry & Sons")).toContainText("Suspended");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(row(page, "Quarry & Sons")).toContainText("In production");
});

test("a client is archived with what hangs on it, and comes back with its calls", async ({ page }) => {
  await signedIn(page, "/clients");
  const totals = async () => ((await rpc(page, "calls.totals", { filter: EVERYTHING })) as { calls: number }).calls;
  const before = await totals();
  const name = (await row(page, /northvoice\.example/).nth(1).getByRole("gridcell").first().textContent()) ?? "";
  await act(page, name, "Archive");
  const dialog = page.getByRole("dialog", { name: `Archive ${name}?` });
  await expect(dialog.getByText(/^Users: \d/)).toBeVisible();
  await expect(dialog.getByText(/^Calls: \d/)).toBeVisible();
  await accessible(page);
  await dialog.getByRole("button", { name: "Archive" }).click();
  await expect(row(page, name)).toHaveCount(0);
  await expect.poll(totals).toBeLessThan(before);

  await page.getByRole("button", { name: "Archived clients" }).click();
  await expect(row(page, name)).toBeVisible();
  await accessible(page);
  await act(page, name, "Bring back");
  await expect(row(page, name)).toHaveCount(0);
  await expect.poll(totals, { timeout: 60_000 }).toBe(before);
  await page.getByRole("button", { name: "Clients", exact: true }).click();
  await expect(row(page, name)).toBeVisible();
});

test("a profile is added, and goes when its users have another", async ({ page }) => {
  await signedIn(page, "/profiles");
  await expect(row(page, "Default User Profile")).toContainText("Default");
  await accessible(page);
  await page.getByRole("button", { name: "New profile" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Default User Profile");
  await page.getByRole("button", { name: /^Save/ }).click();
  await expect(page.getByText("This is in use already.")).toBeVisible();
  await page.getByLabel("Name", { exact: true }).fill("Night shift");
  await page.getByRole("tab", { name: "Features" }).click();
  await expect(page.getByText("Needs a media server: saved, and without effect until there is one.")).toHaveCount(3);
  await page.getByRole("checkbox", { name: "Call forward" }).uncheck();
  await accessible(page);
  await page.getByRole("tab", { name: "Outbound Routes" }).click();
  await page.getByRole("checkbox", { name: "International" }).check();
  await page.getByRole("button", { name: /^Save/ }).click();
  await expect(row(page, "Night shift")).toContainText("International");
  await act(page, "Night shift", "Remove");
  const dialog = page.getByRole("dialog", { name: "Remove Night shift?" });
  await expect(dialog.getByText("Nobody has it.")).toBeVisible();
  await dialog.getByRole("button", { name: "Remove" }).click();
  await expect(row(page, "Night shift")).toHaveCount(0);
});

test("the log tells what changed, and undoes it", async ({ page }) => {
  await signedIn(page, "/audit");
  await expect(row(page, "User profile: removed").first()).toContainText("Night shift");
  await accessible(page);
  await row(page, "User profile: removed").first().dblclick();
  const sheet = page.getByRole("dialog", { name: "User profile: removed" });
  await expect(sheet.getByRole("row", { name: /^Name Night shift/ })).toBeVisible();
  await accessible(page);
  await sheet.getByRole("button", { name: "Undo this change" }).click();
  await expect(page.getByText("The change was undone")).toBeVisible();
  await expect(row(page, "User profile: change undone")).toBeVisible();
  await page.getByRole("link", { name: "User Profiles" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "User Profiles" })).toBeVisible();
  await expect(row(page, "Night shift")).toBeVisible();
});

test("a logo is looked at, a link is put in order, and the client sees both", async ({ page }) => {
  await signedIn(page, "/branding");
  await accessible(page);
  const file = page.getByLabel("File for Logo");
  await file.setInputFiles({ name: "logo.png", mimeType: "image/png", buffer: Buffer.from("GIF89a") });
  await expect(page.getByText("This is no PNG, SVG or ICO.")).toBeVisible();
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="32"><script>alert(1)</script><rect width="120" height="32" fill="#246"/></svg>';
  await file.setInputFiles({ name: "logo.svg", mimeType: "image/svg+xml", buffer: Buffer.from(svg) });
  await expect(page.getByRole("img", { name: "Logo" })).toBeVisible();

  await page.getByRole("tab", { name: "Custom links" }).click();
  for (const title of ["Help desk", "Shop"]) {
    await page.getByRole("button", { name: "New link" }).first().click();
    await page.getByLabel("Title").fill(title);
    await page.getByLabel("Link", { exact: true }).fill(title === "Shop" ? "http://shop.example" : "https://help.example/start");
    await page.getByRole("button", { name: /^Save/ }).click();
    if (title === "Shop") {
      await expect(page.getByText(/begins with https:/).first()).toBeVisible();
      await accessible(page);
      await page.getByLabel("Link", { exact: true }).fill("https://shop.example");
      await page.getByRole("button", { name: /^Save/ }).click();
    }
    await expect(row(page, title)).toBeVisible();
  }
  await act(page, "Shop", "Move up");
  await expect(page.getByRole("row").nth(1)).toContainText("Shop");

  await rpc(page, "session.sign_out", { wipe: false });
  await rpc(page, "session.sign_in", { ...account, email: "office@northvoice.example" });
  await page.goto("/#/");
  await page.reload();
  await expect(page.getByRole("img", { name: /North Voice/ })).toBeVisible();
  const links = page.getByRole("navigation", { name: "Main navigation" }).getByRole("button");
  await expect(links).toHaveText(["Shop", "Help desk"]);
  await links.first().click();
  await expect(page.getByRole("link", { name: "Clients", exact: true })).toHaveCount(0);
  await rpc(page, "session.sign_out", { wipe: true });
});

const EVERYTHING = {
  from_ms: null, until_ms: null, clients: [], users: [], directions: [], results: [], number: "", name: "",
  talk_min_seconds: null, talk_max_seconds: null, recorded: false, text: "",
};
