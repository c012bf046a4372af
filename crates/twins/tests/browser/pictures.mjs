// The pictures of the README files, from the book: both languages, light and dark.
//
//   cargo twins book && cd crates/twins/tests/browser && npm ci && npm run pictures

import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { chromium } from "playwright-core";

const BOOK = pathToFileURL(resolve(process.env.TWINS_BOOK ?? "../../../../target/twins.html")).href;
const FOLDER = resolve("../../../../docs/pictures");
/** In the middle of five requests at once: some wait, one begins. */
const STEP = 29;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
mkdirSync(FOLDER, { recursive: true });
for (const lang of ["en", "ru"]) {
  for (const colorScheme of ["light", "dark"]) {
    const page = await browser.newPage({
      viewport: { width: 1280, height: 720 }, colorScheme, reducedMotion: "reduce",
    });
    await page.goto(`${BOOK}#fetch_parallel/rust/${STEP}/${lang}`);
    await page.keyboard.press("t");
    await page.waitForFunction(() => document.querySelector(".talk .lit"));
    await page.screenshot({ path: `${FOLDER}/book-${lang}-${colorScheme}.png` });
    await page.close();
  }
}
await browser.close();
