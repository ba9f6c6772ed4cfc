import { createHmac } from "node:crypto";
import type { Page } from "@playwright/test";
import { accessible, account, expect, operator, rpc, signedIn, signedOut, test } from "./person";

const NEXT_PASSWORD = "another password of a test";
const office = { ...account, email: "office@northvoice.example" };
const section = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
const dialog = (page: Page, name: string | RegExp) => page.getByRole("dialog", { name });

/** Another computer that is signed in as the owner. Gives what it is let in with. */
async function elsewhere(page: Page, device: string): Promise<string> {
  const { server, ...who } = account;
  const answer = await page.request.post(`${server}/v1/auth/sign-in`, { data: { ...who, device } });
  expect(answer.ok()).toBe(true);
  return ((await answer.json()) as { access_token: string }).access_token;
}

const letIn = async (page: Page, token: string) => (await page.request.get(`${account.server}/v1/me`, { headers: { authorization: `Bearer ${token}` } })).status();

/** The code that an authenticator shows, `ahead` steps from now (RFC 6238). */
function totp(secret: string, ahead = 0): string {
  const bits = [...secret].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead));
  const mac = createHmac("sha1", key).update(step).digest();
  const at = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

async function fillSignIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel("Server address").fill(account.server);
  await page.getByLabel("Reseller realm").fill(account.realm);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

test.describe("My Account", () => {
  test.beforeEach(async ({ page }) => {
    await signedIn(page, "/account");
    await expect(section(page, "Details")).toBeVisible();
  });

  test("a name is changed at once, another email asks for the password", async ({ page }) => {
    test.slow();
    await accessible(page);
    await section(page, "Details").getByRole("button", { name: "Edit…" }).click();
    const sheet = dialog(page, "Details");
    await expect(sheet.getByLabel("First name")).toBeFocused();
    await sheet.getByLabel("First name").fill("Norah");
    await expect(sheet.getByText("Changed: First name")).toBeVisible();
    await accessible(page);
    await page.keyboard.press("Enter");
    await expect(page.getByText("Your account was saved.")).toBeVisible();
    await expect(section(page, "Details")).toContainText("Norah");

    await section(page, "Details").getByRole("button", { name: "Edit…" }).click();
    await expect(sheet.getByLabel("Your password")).toHaveCount(0);
    await sheet.getByLabel("Email").fill("norah@northvoice.example");
    await sheet.getByLabel("Your password").fill("not the password");
    await sheet.getByRole("button", { name: "Save" }).click();
    await expect(sheet.getByText("This is not the password of this login.")).toBeVisible();
    await expect(sheet.getByLabel("Your password")).toBeFocused();
    await accessible(page);
    await page.keyboard.press("Escape");
    await dialog(page, "Leave without saving?").getByRole("button", { name: "Discard" }).click();
    await expect(sheet).toBeHidden();
    await expect(section(page, "Details")).toContainText(account.email);

    await section(page, "Details").getByRole("button", { name: "Edit…" }).click();
    await sheet.getByLabel("First name").fill("Nora");
    await page.keyboard.press("Control+s");
    await expect(section(page, "Details")).not.toContainText("Norah");
  });

  test("another password: refused beside its field, then taken, and the other computers are out", async ({ page }) => {
    const token = await elsewhere(page, "A computer elsewhere");
    await section(page, "Password").getByRole("button", { name: "Change password…" }).click();
    const sheet = dialog(page, "Password");
    const field = (name: string) => sheet.getByLabel(name, { exact: true });
    await field("Old password").fill("not the password");
    await field("New password").fill(NEXT_PASSWORD);
    await field("New password again").fill("something else");
    await expect(sheet.getByText("The two are not the same.")).toBeVisible();
    await expect(sheet.getByRole("button", { name: "Save" })).toBeDisabled();
    await field("New password again").fill(NEXT_PASSWORD);
    await sheet.getByRole("button", { name: "Save" }).click();
    await expect(sheet.getByText("This is not the password of this login.")).toBeVisible();
    await expect(field("Old password")).toHaveAttribute("aria-invalid", "true");
    await accessible(page);
    await field("Old password").fill(account.password);
    for (const name of ["New password", "New password again"]) await field(name).fill("short");
    await sheet.getByRole("button", { name: "Save" }).click();
    await expect(field("New password")).toHaveAttribute("aria-invalid", "true");
    for (const name of ["New password", "New password again"]) await field(name).fill(NEXT_PASSWORD);
    await sheet.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("The password was changed. Your other sessions ended.")).toBeVisible();
    expect(await letIn(page, token)).toBe(401);
    await rpc(page, "own.change_password", { old_password: NEXT_PASSWORD, new_password: account.password });
  });

  test("the sessions are listed, and another one is ended", async ({ page }) => {
    const token = await elsewhere(page, "The laptop that was lost");
    await page.reload();
    const sessions = section(page, "Sessions");
    await expect(sessions.getByText("This one")).toHaveCount(1);
    await sessions.getByRole("button", { name: "End the session on The laptop that was lost" }).click();
    await expect(page.getByText("The session ended.")).toBeVisible();
    await expect(sessions.getByText("The laptop that was lost")).toHaveCount(0);
    expect(await letIn(page, token)).toBe(401);
  });

  test("a login is made, changed, invited again, claimed by its person, and removed", async ({ page }) => {
    test.slow();
    const email = "lena@northvoice.example";
    const logins = section(page, "Logins");
    await logins.getByRole("button", { name: "New login" }).click();
    const sheet = dialog(page, "New login");
    await sheet.getByLabel("Email").fill("lena");
    await sheet.getByRole("button", { name: "Add login" }).click();
    await expect(sheet.getByText("This is not an email address.")).toBeVisible();
    await accessible(page);
    await sheet.getByLabel("Email").fill(email);
    await sheet.getByLabel("First name").fill("Lena");
    await sheet.getByRole("button", { name: "Add login" }).click();
    // This server sends no mail.
    await expect(page.getByText("The login was made, and no mail was sent.")).toBeVisible();
    const row = logins.getByRole("row", { name: new RegExp(email) });
    await expect(row).toContainText("Support staff");
    await expect(row).toContainText("Never");
    await accessible(page);

    await row.getByRole("button", { name: `Edit… ${email}` }).click();
    const edited = dialog(page, email);
    await edited.getByRole("combobox", { name: /^Access/ }).click();
    await page.getByRole("option", { name: "Read only" }).click();
    await edited.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("The login was saved.")).toBeVisible();
    await expect(row).toContainText("Read only");
    await row.getByRole("button", { name: /^Send a code again/ }).click();
    await expect(page.getByText("Ask the operator of the server for a code").first()).toBeVisible();

    const code = operator("account", "link", "--reseller", account.realm, "--email", email, "--invitation");
    await signedOut(page);
    await claim(page, code, NEXT_PASSWORD);
    await expect(page.getByLabel("Email")).toHaveValue(email);
    await page.getByLabel("Password", { exact: true }).fill(NEXT_PASSWORD);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(page.getByRole("navigation", { name: "Main navigation" })).toBeVisible();
    await page.goto("/#/account");
    await expect(section(page, "Logins").getByRole("row", { name: new RegExp(email) })).toBeVisible();
    await expect(page.getByRole("button", { name: "New login" })).toHaveCount(0);
    // Its forms are there to be read, and say so.
    const users = async () => (await rpc(page, "users.list")) as { id: string; first_name: string }[];
    await expect.poll(async () => (await users()).length, { message: "they are synced" }).toBeGreaterThan(0);
    const [user] = await users();
    await page.goto(`/#/users/${user!.id}`);
    await expect(page.getByText("This login only looks.")).toBeVisible();
    const name = page.getByLabel("First name");
    await expect(name).toHaveValue(user!.first_name);
    await expect(name).toBeDisabled();
    await accessible(page);
    // Its password stays its own to change.
    await page.goto("/#/account");
    await section(page, "Password").getByRole("button", { name: "Change password…" }).click();
    const own = dialog(page, "Password");
    await expect(own.getByLabel("Old password", { exact: true })).toBeEnabled();
    await expect(own.getByText("This login only looks.")).toHaveCount(0);
    await page.keyboard.press("Escape");
    await rpc(page, "session.sign_out", { wipe: true });

    await signedIn(page, "/account");
    await page.reload();
    await row.getByRole("button", { name: `Remove… ${email}` }).click();
    const asked = dialog(page, `Remove the login ${email}?`);
    await expect(asked.getByRole("button", { name: "Cancel" })).toBeFocused();
    await accessible(page);
    await asked.getByRole("button", { name: "Remove login" }).click();
    await expect(row).toHaveCount(0);
  });

  test("the second factor is set up, asked for, stood in for by a recovery code, and turned off", async ({ page }) => {
    test.slow();
    const factor = section(page, "Second factor");
    await factor.getByRole("button", { name: "Turn on…" }).click();
    const setUp = dialog(page, "Second factor");
    await expect(setUp.getByLabel("Your password")).toBeFocused();
    await setUp.getByLabel("Your password").fill("not the password");
    await page.keyboard.press("Enter");
    await expect(setUp.getByText("This is not the password of this login.")).toBeVisible();
    await setUp.getByLabel("Your password").fill(account.password);
    await setUp.getByRole("button", { name: "Next" }).click();
    await expect(setUp.getByRole("img", { name: "QR code with the secret" })).toBeVisible();
    await expect(setUp.getByLabel("Code", { exact: true })).toBeFocused();
    const secret = ((await setUp.locator("code").textContent()) ?? "").trim();
    await setUp.getByLabel("Code", { exact: true }).fill("000000");
    await setUp.getByRole("button", { name: "Turn on" }).click();
    await expect(setUp.getByText("The code is wrong, or was used already.")).toBeVisible();
    await accessible(page);
    await setUp.getByLabel("Code", { exact: true }).fill(totp(secret));
    await setUp.getByRole("button", { name: "Turn on" }).click();
    const shown = dialog(page, "Recovery codes");
    await expect(shown.getByRole("listitem")).toHaveCount(10);
    const codes = await shown.getByRole("listitem").allTextContents();
    await accessible(page);
    await shown.getByRole("button", { name: "I have kept them" }).click();
    await expect(factor).toContainText("10 recovery codes left");
    await page.reload();
    await expect(factor).toContainText("On since");
    await expect(page.getByText(codes[0] ?? "", { exact: true })).toHaveCount(0);

    await signedOut(page);
    await fillSignIn(page, account.email, account.password);
    await expect(page.getByRole("heading", { name: "Second factor" })).toBeVisible();
    await expect(page.getByLabel("Code")).toBeFocused();
    await page.getByLabel("Code").fill("123456");
    await page.keyboard.press("Enter");
    await expect(page.getByText("The code is wrong, or was used already.")).toBeVisible();
    await accessible(page);
    // The code that turned it on is spent: the next one counts.
    await page.getByLabel("Code").fill(totp(secret, 1));
    await page.keyboard.press("Enter");
    await expect(page.getByRole("navigation", { name: "Main navigation" })).toBeVisible();

    await signedOut(page);
    await fillSignIn(page, account.email, account.password);
    await page.getByLabel("Code").fill((codes[0] ?? "").toLowerCase());
    await page.keyboard.press("Enter");
    await expect(page.getByRole("navigation", { name: "Main navigation" })).toBeVisible();
    await page.goto("/#/account");
    await expect(factor).toContainText("9 recovery codes left");

    await factor.getByRole("button", { name: "Turn off…" }).click();
    await setUp.getByLabel("Your password").fill(account.password);
    await setUp.getByLabel("Code, or a recovery code").fill(codes[1] ?? "");
    await setUp.getByRole("button", { name: "Turn off" }).click();
    await expect(page.getByText("The second factor is off.")).toBeVisible();
    await expect(factor.getByRole("button", { name: "Turn on…" })).toBeVisible();
  });
});

/** Sets a password by a one-time code, from the sign-in page. */
async function claim(page: Page, code: string, password: string): Promise<void> {
  await page.getByLabel("Server address").fill(account.server);
  await page.getByRole("button", { name: "I have a code" }).click();
  await page.getByLabel("Code", { exact: true }).fill(code);
  await page.getByLabel("New password").fill(password);
  await page.getByRole("button", { name: "Set password" }).click();
  await expect(page.getByText("Your password was set: sign in with it.")).toBeVisible();
}

test("who forgot the password is helped, and a code of the operator sets another, once", async ({ page }) => {
  await signedOut(page);
  await page.getByLabel("Server address").fill(account.server);
  await page.getByLabel("Reseller realm").fill(account.realm);
  await expect(page.getByText(/Reached: pbx-core/)).toBeVisible();
  await page.getByRole("button", { name: "Forgot the password" }).click();
  await expect(page.getByText("This server sends no mail: ask its operator for a code.")).toBeVisible();
  await accessible(page);
  await page.getByRole("button", { name: "I have a code" }).click();
  await expect(page.getByLabel("Code", { exact: true })).toBeFocused();
  await page.getByRole("button", { name: "Set password" }).click();
  await expect(page.getByText("This is needed")).toHaveCount(2);
  await page.getByLabel("Code", { exact: true }).fill("made up");
  await page.getByLabel("New password").fill("short");
  await page.getByRole("button", { name: "Set password" }).click();
  await expect(page.getByText("The code is wrong, was used already or is too old.")).toBeVisible();
  await accessible(page);

  const code = operator("account", "link", "--reseller", account.realm, "--email", office.email);
  await page.getByLabel("Code", { exact: true }).fill(code);
  await page.getByRole("button", { name: "Set password" }).click();
  await expect(page.getByLabel("New password")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("New password").fill(account.password);
  await page.getByRole("button", { name: "Set password" }).click();
  await expect(page.getByText("Your password was set: sign in with it.")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await expect(page.getByLabel("Reseller realm")).toHaveValue(account.realm);
  await expect(page.getByLabel("Email")).toHaveValue(office.email);

  await page.getByRole("button", { name: "I have a code" }).click();
  await page.getByLabel("Code", { exact: true }).fill(code);
  await page.getByLabel("New password").fill(NEXT_PASSWORD);
  await page.getByRole("button", { name: "Set password" }).click();
  await expect(page.getByText("The code is wrong, was used already or is too old.")).toBeVisible();
});

const LOGO = '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="32"><rect width="120" height="32" fill="#246"/></svg>';

test("a reseller connects as a client, then as its user, and goes back step by step", async ({ page }) => {
  test.slow();
  await signedIn(page, "/clients");
  await rpc(page, "own.change_reseller", { name: "North Voice (sample)", support_email: "help@northvoice.example", offline_days: 30 });
  await rpc(page, "branding.change", { kind: "logo", content: Buffer.from(LOGO).toString("base64") });
  const { clients } = (await rpc(page, "directory.show")) as { clients: { id: string; name: string }[] };
  const client = clients[0];
  if (!client) throw new Error("the sample has clients");
  const row = page.getByRole("row").filter({ hasText: client.name });
  await row.click({ button: "right" });
  await page.getByRole("menuitem", { name: "Connect as client…" }).click();
  const asked = dialog(page, `Connect as ${client.name}?`);
  await expect(asked.getByLabel("Reason (optional)")).toBeFocused();
  await asked.getByLabel("Reason (optional)").fill("They called about a phone");
  await accessible(page);
  await page.keyboard.press("Enter");

  const bar = page.getByRole("region", { name: "Connected as somebody else" });
  await expect(bar).toContainText(`North Voice (sample) is connected as ${client.name}`);
  await expect(bar).toContainText(/\d+ min left/);
  await expect(page.getByRole("img", { name: "North Voice (sample)" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Clients", exact: true })).toHaveCount(0);
  await accessible(page);

  await page.getByRole("button", { name: "Support" }).click();
  const support = dialog(page, "Message to North Voice (sample)");
  await support.getByLabel("Subject").fill("No sound");
  await support.getByLabel("Message").fill("Since this morning.");
  await accessible(page);
  await support.getByRole("button", { name: "Send" }).click();
  await expect(page.getByText("Your mail program has the message: send it there.")).toBeVisible();

  // Nothing that belongs to the person of the account can be changed.
  await page.getByRole("link", { name: "My Account" }).click();
  await expect(section(page, "Details")).toBeVisible();
  for (const name of ["Edit…", "Change password…", "Turn on…", "New login"]) await expect(page.getByRole("button", { name })).toHaveCount(0);
  await accessible(page);

  await page.getByRole("link", { name: "Users", exact: true }).click();
  const user = page.getByRole("row").nth(1);
  const name = ((await user.getByRole("gridcell").nth(1).textContent()) ?? "").trim();
  await user.click({ button: "right" });
  await page.getByRole("menuitem", { name: "Connect as user…" }).click();
  await dialog(page, `Connect as ${name}?`).getByRole("button", { name: "Connect" }).click();
  await expect(bar).toContainText(`North Voice (sample) is connected as ${name}`);
  await expect(page.getByRole("img", { name: "North Voice (sample)" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Users", exact: true })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Support" })).toHaveCount(0);
  await page.getByRole("link", { name: "My Account" }).click();
  await expect(section(page, "Details")).toBeVisible();
  for (const forbidden of ["Edit…", "Change password…", "Turn on…"]) await expect(page.getByRole("button", { name: forbidden })).toHaveCount(0);
  await accessible(page);

  await bar.getByRole("button", { name: `Back to ${client.name}` }).click();
  await expect(bar).toContainText(`is connected as ${client.name}`);
  await bar.getByRole("button", { name: "Back to North Voice (sample)" }).click();
  await expect(bar).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Clients", exact: true })).toBeVisible();
  await page.getByRole("link", { name: "Audit" }).click();
  await expect(page.getByRole("row").filter({ hasText: client.name }).first()).toBeVisible();

  await rpc(page, "branding.remove", { kind: "logo" });
  await rpc(page, "own.change_reseller", { name: "North Voice (sample)", support_email: "", offline_days: 30 });
});
