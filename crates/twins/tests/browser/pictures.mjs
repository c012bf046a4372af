// Pictures of the book, in both languages, light and dark: those of the README files, and for a look at
// the pages the first page, a pair and talk mode at five sizes, in target/pictures.
//
//   cargo twins book && cd crates/twins/tests/browser && npm ci && npm run pictures

import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { chromium } from "playwright-core";

const BOOK = pathToFileURL(resolve(process.env.TWINS_BOOK ?? "../../../../target/twins.html")).href;
const FOLDER = resolve("../../../../docs/pictures");
const LOOK = resolve("../../../../target/pictures");
const SIZES = [[390, 844], [1024, 768], [1280, 720], [1920, 1080], [3840, 2160]];
/** In the middle of five requests at once: some wait, one begins. */
const STEP = 29;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
for (const folder of [FOLDER, LOOK]) mkdirSync(folder, { recursive: true });
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
    for (const [width, height] of SIZES) {
      const page = await browser.newPage({ viewport: { width, height }, colorScheme, locale: lang, reducedMotion: "reduce" });
      for (const [name, address, key] of [["first", `#///${lang}`], ["pair", `#fetch_parallel/rust/${STEP}/${lang}`], ["talk", `#fetch_parallel/rust/${STEP}/${lang}`, "t"]]) {
        await page.goto("about:blank");
        await page.goto(BOOK + address);
        await page.waitForFunction(() => document.querySelector("#demo .lit, .page:not([hidden]) .lit"));
        if (key) await page.keyboard.press(key);
        await page.screenshot({ path: `${LOOK}/${name}-${width}x${height}-${lang}-${colorScheme}.png` });
      }
      await page.close();
    }
  }
}
await browser.close();
