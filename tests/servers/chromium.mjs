// A simulated user with a real browser: Chromium opens a page, fills in its forms (any name signs in), consents, until
// a page confirms the sign-in. `node chromium.mjs URL CHROMIUM SCREENSHOT`
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [url, executablePath, screenshot] = process.argv.slice(2);
const profile = await mkdtemp(join(tmpdir(), "apinb-chromium-"));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath,
  headless: true,
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
  ],
});
const page = await browser.newPage();
await page.goto(url);
for (let step = 0; step < 10 && !(await page.title()).includes("signed in"); step++) {
  for (const field of await page.locator("input:not([type=hidden]):not([type=submit])").all()) {
    await field.fill("ada");
  }
  await Promise.all([page.waitForNavigation(), page.locator("button[type=submit], input[type=submit]").first().click()]);
}
await page.screenshot({ path: screenshot });
await browser.close();
