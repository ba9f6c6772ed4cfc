import { execFileSync } from "node:child_process";
import AxeBuilder from "@axe-core/playwright";
import { expect, test as base, type Page } from "@playwright/test";

/** What the runner says of the backend and the servers. */
export function given(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: the stories need a running backend and an account of the sample`);
  return value;
}

export const account = {
  server: given("TANDEM_SERVER"),
  realm: given("TANDEM_REALM"),
  email: given("TANDEM_EMAIL"),
  password: given("TANDEM_PASSWORD"),
};

/** Asks the backend itself, for what a story starts from. */
export async function rpc(page: Page, name: string, input: object = {}): Promise<unknown> {
  const answer = await page.request.post(`/rpc/${name}`, { data: input });
  const body: unknown = await answer.json();
  if (!answer.ok()) throw new Error(`${name}: ${JSON.stringify(body)}`);
  return body;
}

/** What the operator of the server gets from its command line. */
export function operator(...command: string[]): string {
  return execFileSync(given("TANDEM_CORE"), ["--data-dir", given("TANDEM_CORE_DATA"), "admin", ...command], { encoding: "utf8" }).trim();
}

/** Sign-in shows, nobody is signed in. */
export async function signedOut(page: Page): Promise<void> {
  for (let left = 10; left > 0; left--) {
    const state = (await rpc(page, "session.state")) as { current: object | null };
    if (!state.current) break;
    await rpc(page, "session.sign_out", { wipe: false });
  }
  await page.goto("/");
}

/** The sample's owner is signed in, everything is synced, and the settings are as at first. */
export async function signedIn(page: Page, path = "/calls"): Promise<void> {
  const state = (await rpc(page, "session.state")) as { current: object | null };
  if (!state.current) await rpc(page, "session.sign_in", account);
  const settings = (await rpc(page, "settings.show")) as object;
  await rpc(page, "settings.change", { ...settings, language: "en", theme: "light", zone: "viewer", columns: [], list_columns: {} });
  await rpc(page, "player.close");
  await expect
    .poll(async () => ((await rpc(page, "sync.state")) as { phase: string }).phase, { timeout: 120_000 })
    .toBe("synced");
  await page.goto(`/#${path}`);
  await expect(page.getByRole("navigation", { name: "Main navigation" })).toBeVisible();
}

/** The page breaks no rule of WCAG AA that axe knows, and has its contrast in the other theme too: nothing else is of a theme. */
export async function accessible(page: Page): Promise<void> {
  // Menus and popovers hang at the end of the body, outside every landmark, by design of their kit.
  await clean(page, (axe) => axe.disableRules(["region"]).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]));
  const worn = (await page.locator("html").getAttribute("data-theme")) ?? "";
  const other = worn === "dark" ? "light" : "dark";
  await wear(page, other);
  await clean(page, (axe) => axe.withRules(["color-contrast"]), `${other}: `);
  await wear(page, worn);
}

async function clean(page: Page, asked: (axe: AxeBuilder) => AxeBuilder, where = ""): Promise<void> {
  const { violations } = await asked(new AxeBuilder({ page })).analyze();
  expect(violations.map((one) => `${where}${one.id}: ${one.help} (${one.nodes.map((node) => node.target.join(" ")).join(", ")})`)).toEqual([]);
}

/** Puts a theme on what is shown, past the settings, and waits until every colour has arrived. */
async function wear(page: Page, theme: string): Promise<void> {
  await page.evaluate(async (theme) => {
    document.documentElement.dataset.theme = theme;
    await new Promise(requestAnimationFrame);
    await Promise.allSettled(document.getAnimations().filter((one) => one.effect?.getComputedTiming().iterations !== Infinity).map((one) => one.finished));
  }, theme);
}

/** Every story fails on an error that the page throws or the browser reports. */
export const test = base.extend<{ quiet: undefined }>({
  quiet: [
    async ({ page }, use) => {
      const said: string[] = [];
      page.on("pageerror", (error) => said.push(error.message));
      page.on("console", (message) => {
        // A refused request is an answer that the page shows, not a fault of the page.
        if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) said.push(message.text());
      });
      await use(undefined);
      expect(said).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
