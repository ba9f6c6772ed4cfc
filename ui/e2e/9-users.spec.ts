import { accessible, account, expect, operator, rpc, signedIn, test } from "./person";

type Directory = { clients: { id: string; name: string }[] };

test("a user is made, its secret is shown once, and it is found in the list", async ({ page }) => {
  await signedIn(page, "/users");
  await expect(page.getByRole("grid", { name: "Users" })).toBeVisible();
  await accessible(page);
  await page.getByRole("button", { name: "New user" }).click();
  const { clients } = (await rpc(page, "directory.show")) as Directory;
  const client = clients[0]!;
  const { free } = (await rpc(page, "users.free_extensions", { client: client.id, from: 4000 })) as { free: string[] };
  // Departments are those of the client, and nobody's before one is chosen.
  const users = (await rpc(page, "users.list")) as { client: string; department?: string }[];
  const departments = [...new Set(users.filter((user) => user.client === client.id).map((user) => user.department ?? ""))].filter(Boolean).sort();
  expect(departments.length).toBeGreaterThan(0);
  const there = page.getByText(/^There are: /);
  await expect(page.getByLabel("Department")).toBeVisible();
  await expect(there).toHaveCount(0);
  await page.getByRole("combobox", { name: "Client" }).click();
  await page.getByRole("option", { name: client.name }).first().click();
  await expect(there).toHaveText(`There are: ${departments.slice(0, 6).join(", ")}`);
  await page.getByLabel("First name").fill("Zelda");
  await page.getByLabel("Last name").fill("Quill");
  await page.getByLabel("Extension").fill("911");
  await accessible(page);
  await page.getByRole("button", { name: "Create user" }).click();
  await expect(page.getByText("This is an emergency number.")).toBeVisible();
  await page.getByLabel("Extension").fill(free[0]!);
  await page.getByRole("button", { name: "Create user" }).click();
  const secret = page.getByRole("dialog", { name: "SIP secret of Zelda Quill" });
  await expect(secret.getByText(/^[a-z2-9]{20}$/)).toBeVisible();
  await accessible(page);
  await secret.getByRole("button", { name: "Done" }).click();
  await page.getByRole("textbox", { name: "Search in Users" }).fill("Zelda");
  await expect(page.getByRole("row", { name: /Zelda Quill/ })).toBeVisible();
});

test("a user is sent a code to sign in with, or the operator hands one on", async ({ page }) => {
  await signedIn(page, "/users");
  const { clients } = (await rpc(page, "directory.show")) as Directory;
  const client = clients[0]!;
  const { free } = (await rpc(page, "users.free_extensions", { client: client.id, from: 4100 })) as { free: string[] };
  await rpc(page, "users.create", { client: client.id, user: { first_name: "Yara", last_name: "Voss", extension: free[0], email: "yara@voss.example" } });
  await page.getByRole("textbox", { name: "Search in Users" }).fill("Yara");
  const row = page.getByRole("row", { name: /Yara Voss/ });
  await row.dblclick();
  await page.getByRole("button", { name: "Send sign-in code" }).click();
  // This server sends no mail, and who manages users is shown no code: the operator hands one on.
  await expect(page.getByText("No mail was sent: this server sends none.")).toBeVisible();
  await accessible(page);
  const code = operator("account", "link", "--reseller", account.realm, "--email", "yara@voss.example", "--invitation");
  await rpc(page, "session.claim", { server: account.server, code, password: "the password of Yara" });

  // Who has no email can't be sent one, and is told why.
  await page.getByRole("link", { name: "Users", exact: true }).last().click();
  await page.getByRole("textbox", { name: "Search in Users" }).fill("");
  await page.getByRole("row").nth(1).click({ button: "right" });
  await expect(page.getByRole("menuitem", { name: /Send sign-in code/ })).toContainText("Without an email a user does not sign in.");
});

test("what was changed in a form is named, and asked about before it is lost", async ({ page }) => {
  await signedIn(page, "/users");
  await page.getByRole("row").nth(1).dblclick();
  await page.getByLabel("Department").fill("Night shift");
  await expect(page.getByText("Changed: Department")).toBeVisible();
  for (const tab of ["Caller ID", "Calls", "Phones"]) {
    await page.getByRole("tab", { name: tab }).click();
    await accessible(page);
  }
  await page.getByRole("link", { name: "Home" }).click();
  const asked = page.getByRole("dialog", { name: "Leave without saving?" });
  await asked.getByRole("button", { name: "Stay" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("User saved")).toBeVisible();
});

test("several users are edited together, and each gets back what it had", async ({ page }) => {
  await signedIn(page, "/users");
  const before = new Map(((await rpc(page, "users.list")) as { id: string; department?: string }[]).map((user) => [user.id, user.department]));
  await page.getByRole("row").nth(1).click();
  await page.getByRole("row").nth(3).click({ modifiers: ["Shift"] });
  await page.getByRole("button", { name: "Edit together…" }).click();
  const sheet = page.getByRole("dialog", { name: "Edit 3 users" });
  await sheet.getByLabel("Department").fill("Together");
  await accessible(page);
  await sheet.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("3 users changed")).toBeVisible();
  await expect(page.getByRole("row", { name: /Together/ })).toHaveCount(3);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("row", { name: /Together/ })).toHaveCount(0);
  const after = (await rpc(page, "users.list")) as { id: string; department?: string }[];
  expect(new Map(after.map((user) => [user.id, user.department]))).toEqual(before);
});

test("a file is looked through before its users come in", async ({ page }) => {
  await signedIn(page, "/users/import");
  const { clients } = (await rpc(page, "directory.show")) as Directory;
  await page.getByRole("combobox", { name: "Client" }).click();
  await page.getByRole("option", { name: clients[0]!.name }).first().click();
  const file = page.getByLabel("CSV file");
  const csv = (text: string) => ({ name: "users.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await file.setInputFiles(csv("first_name;extension;email\nAda;5101;ada\n;5101;\n"));
  const errors = page.getByRole("region", { name: "Errors in the file" });
  await expect(errors.getByRole("row", { name: /^2 email This is not an email address\.$/ })).toBeVisible();
  await expect(errors.getByRole("row", { name: /^3 extension This stands in line 2 already\.$/ })).toBeVisible();
  await accessible(page);
  await file.setInputFiles(csv("first_name;extension;email\nAda;5101;ada@example.com\nBea;5102;\n"));
  await page.getByRole("button", { name: "Import 2 users" }).click();
  await expect(page.getByText("2 users imported")).toBeVisible();
  await expect(page.getByRole("button", { name: "Done" })).toBeDisabled();
  await accessible(page);
});

test("the phone's page says all but the secret", async ({ page }) => {
  await signedIn(page, "/users");
  await page.getByRole("row").nth(1).click();
  await page.getByRole("button", { name: "Phone settings" }).click();
  await expect(page.getByText("Realm", { exact: true })).toBeVisible();
  await expect(page.getByText("None yet: no phone can register.")).toBeVisible();
  await accessible(page);
});

test("a limited client is made and changed", async ({ page }) => {
  await signedIn(page, "/limited");
  await page.getByRole("button", { name: "New limited client" }).first().click();
  const { clients } = (await rpc(page, "directory.show")) as Directory;
  const sheet = page.getByRole("dialog", { name: "New limited client" });
  await sheet.getByRole("combobox", { name: "Client" }).click();
  await page.getByRole("option", { name: clients[0]!.name }).first().click();
  await sheet.getByLabel("User name").fill("night");
  await sheet.getByLabel("Password").fill("short");
  await sheet.getByRole("button", { name: "Create login" }).click();
  await expect(sheet.getByText("Password has 12 to 256 characters.")).toBeVisible();
  await sheet.getByLabel("Password").fill("long enough for this");
  await sheet.getByRole("button", { name: /^Pages it goes without/ }).click();
  await page.getByRole("checkbox", { name: "Phone Numbers" }).check();
  await page.keyboard.press("Escape");
  await accessible(page);
  await sheet.getByRole("button", { name: "Create login" }).click();
  await expect(page.getByRole("row", { name: /night.*Phone Numbers/ })).toBeVisible();
});

test("the reseller sees where numbers lead", async ({ page }) => {
  await signedIn(page, "/numbers");
  await expect(page.getByRole("grid", { name: "Phone Numbers" })).toBeVisible();
  await expect(page.getByRole("row", { name: /Ring group: / }).first()).toBeVisible();
  await accessible(page);
});

test("a change of a limited client is taken back from the log", async ({ page }) => {
  await signedIn(page, "/limited");
  const { rows } = (await rpc(page, "limited.list")) as { rows: { id: string; username: string }[] };
  const { id } = rows.find((one) => one.username === "night")!;
  const login = { username: "night", first_name: "Nadia", last_name: "Night", language: "en", password: null, read_only: true, disabled_pages: ["numbers"], departments: [] };
  await rpc(page, "limited.change", { id, login });
  await page.getByRole("link", { name: "Audit log" }).click();
  const changed = page.getByRole("row").filter({ hasText: "Limited client: changed" }).first();
  await expect(changed).toContainText("Nadia Night");
  await changed.dblclick();
  const sheet = page.getByRole("dialog", { name: "Limited client: changed" });
  await expect(sheet.getByRole("row", { name: /^First name – Nadia/ })).toBeVisible();
  await sheet.getByRole("button", { name: "Undo this change" }).click();
  await expect(page.getByText("The change was undone")).toBeVisible();
  const again = (await rpc(page, "limited.list")) as { rows: { id: string; first_name: string; read_only: boolean }[] };
  expect(again.rows.find((one) => one.id === id)).toMatchObject({ first_name: "", read_only: false });
});

test("the log is read further back than it shows at first, while others write in it", async ({ page }) => {
  test.slow();
  await signedIn(page, "/users");
  const users = ((await rpc(page, "users.list")) as { id: string }[]).map((user) => user.id);
  const move = (department: string) => rpc(page, "users.bulk", { users, set: { profile: null, department, language: null, external_caller_name: null, external_caller_number: null, emergency_caller_number: null, dial_seconds: null, vanity: null, in_directory: null } });
  for (let moves = 0; moves * users.length < 4100; moves++) await move(moves % 2 ? "East" : "West");
  await page.goto("/#/audit");
  const log = page.getByRole("grid", { name: "Audit log" });
  const count = async () => Number(await log.getAttribute("aria-rowcount")) - 1;
  await expect(page.getByText("The newest 2,000")).toBeVisible();
  expect(await count()).toBe(2000);
  await move("North");
  await page.getByRole("button", { name: "Load older" }).click();
  await expect(page.getByText("The newest 4,000")).toBeVisible({ timeout: 30_000 });
  expect(await count()).toBe(4000);
  await page.getByRole("button", { name: "Load older" }).click();
  // The first entries of a log of thousands take a while where much else goes on.
  await expect.poll(count, { timeout: 30_000 }).toBeGreaterThan(4100);
  await expect(page.getByRole("button", { name: "Load older" })).toBeHidden();
});
