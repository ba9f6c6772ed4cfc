import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { accessible, account as sample, expect, given, rpc, signedOut, test } from "./person";

/** The same people as in the sample, on a server that sends mail. */
const account = { ...sample, server: given("TANDEM_MAIL_SERVER") };
const NEXT_PASSWORD = "another password of a test";

/** The mails to an address, oldest first. */
function mailsTo(address: string): string[] {
  const folder = given("TANDEM_MAILS");
  const mails = readdirSync(folder).filter((name) => name.endsWith(".eml")).sort();
  return mails.map((name) => readFileSync(join(folder, name), "utf8")).filter((mail) => new RegExp(`^To: .*${address}`, "m").test(mail));
}

/** The one-time code of the next mail to an address, when `before` were there already. */
async function codeFor(address: string, before: number): Promise<string> {
  await expect.poll(() => mailsTo(address).length).toBe(before + 1);
  const code = /^[\w-]{43}$/m.exec(mailsTo(address).at(-1)?.replaceAll("\r", "") ?? "")?.[0];
  if (!code) throw new Error(`no code in the mail to ${address}`);
  return code;
}

async function reached(page: Page): Promise<void> {
  await page.getByLabel("Server address").fill(account.server);
  await page.getByLabel("Reseller realm").fill(account.realm);
  await expect(page.getByText(/Reached: pbx-core/)).toBeVisible();
}

/** What a person does who has the code on the clipboard. */
async function pasteCode(page: Page, code: string): Promise<void> {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.evaluate((text) => navigator.clipboard.writeText(text), code);
  await page.getByLabel("Code", { exact: true }).focus();
  await page.keyboard.press("Control+v");
  await expect(page.getByLabel("Code", { exact: true })).toHaveValue(code);
}

async function setPassword(page: Page, password: string): Promise<void> {
  await page.getByLabel("New password").fill(password);
  await page.getByRole("button", { name: "Set password" }).click();
}

async function trySignIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

const isIn = (page: Page) => expect(page.getByRole("navigation", { name: "Main navigation" })).toBeVisible();

test.afterEach(async ({ page }) => {
  await signedOut(page);
});

test("who is invited gets a mail, and its code makes the first password", async ({ page }) => {
  const email = "joan@northvoice.example";
  await signedOut(page);
  await rpc(page, "session.sign_in", account);
  await page.goto("/#/account");
  await page.reload();
  await page.getByRole("button", { name: "New login" }).click();
  const sheet = page.getByRole("dialog", { name: "New login" });
  await sheet.getByLabel("Email").fill(email);
  await sheet.getByLabel("First name").fill("Joan");
  await page.keyboard.press("Control+s");
  await expect(page.getByText(new RegExp(email)).first()).toBeVisible();
  const code = await codeFor(email, 0);

  await signedOut(page);
  await reached(page);
  await page.getByRole("button", { name: "I have a code" }).click();
  await pasteCode(page, code);
  await setPassword(page, NEXT_PASSWORD);
  await expect(page.getByText("Your password was set: sign in with it.")).toBeVisible();
  await expect(page.getByLabel("Email")).toHaveValue(email);
  await trySignIn(page, email, NEXT_PASSWORD);
  await isIn(page);
});

test("who forgot the password sets another by a mailed code; the old one and the spent code are worth nothing", async ({ page }) => {
  await signedOut(page);
  await reached(page);
  await page.getByRole("button", { name: "Forgot the password" }).click();
  await expect(page.getByLabel("Reseller realm")).toHaveValue(account.realm);
  await page.getByLabel("Email").fill(account.email);
  await accessible(page);
  await page.getByRole("button", { name: "Send a code" }).click();
  await expect(page.getByText(`If the realm has ${account.email}, a code is on its way to it.`)).toBeVisible();
  const code = await codeFor(account.email, 0);

  await pasteCode(page, code);
  await setPassword(page, "short");
  await expect(page.getByText("Has at least 10 characters.")).toBeVisible();
  await setPassword(page, NEXT_PASSWORD);
  await expect(page.getByText("Your password was set: sign in with it.")).toBeVisible();

  await trySignIn(page, account.email, account.password);
  await expect(page.getByRole("alert")).toContainText("don't match");
  await page.getByRole("button", { name: "I have a code" }).click();
  await pasteCode(page, code);
  await setPassword(page, "yet another password");
  await expect(page.getByText("The code is wrong, was used already or is too old.")).toBeVisible();
  await page.getByRole("button", { name: "Back" }).click();
  await trySignIn(page, account.email, NEXT_PASSWORD);
  await isIn(page);
});

test("nobody learns from the page whether an email is known, and an unknown one gets no mail", async ({ page }) => {
  const nobody = "nobody@northvoice.example";
  await signedOut(page);
  await reached(page);
  await page.getByRole("button", { name: "Forgot the password" }).click();
  await page.getByLabel("Email").fill(nobody);
  await page.getByRole("button", { name: "Send a code" }).click();
  await expect(page.getByText(`If the realm has ${nobody}, a code is on its way to it.`)).toBeVisible();
  // A mail that is asked for afterwards comes, so one for the other would have come before.
  const before = mailsTo(sample.email).length;
  await page.getByRole("button", { name: "Back" }).click();
  await page.getByRole("button", { name: "Forgot the password" }).click();
  await page.getByLabel("Email").fill(sample.email);
  await page.getByRole("button", { name: "Send a code" }).click();
  await codeFor(sample.email, before);
  expect(mailsTo(nobody)).toEqual([]);
});
