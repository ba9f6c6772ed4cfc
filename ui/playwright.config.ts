import { defineConfig } from "@playwright/test";

// The stories run in Debian's Chromium against a backend that somebody else has started: its
// address is in TANDEM_UI_URL, an account of the sample in TANDEM_SERVER, _REALM, _EMAIL, _PASSWORD,
// the server's program and its folder in TANDEM_CORE and TANDEM_CORE_DATA, what its SIP engine proves
// itself with in TANDEM_ENGINE_SECRET, and another server that sends mail, with the folder of its mails,
// in TANDEM_MAIL_SERVER and TANDEM_MAILS.
export default defineConfig({
  testDir: "./e2e",
  outputDir: "./test-results",
  // One backend, one person: the stories share its state and run one after the other.
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    baseURL: process.env.TANDEM_UI_URL,
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
    timezoneId: "America/Toronto",
    colorScheme: "light",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.TANDEM_CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"],
    },
  },
});
