// Pictures of the book, in both languages, light and dark: those of the README files, and what there is
// to look at after a change, at five sizes of screens.
//
//   cargo twins book && cd crates/twins/tests/browser && npm ci && npm run pictures
//
// The latter lie in target/pictures.

import { mkdirSync } from "node:fs";
import { resolve } from "node:path";

import { chromium } from "playwright-core";

import { BOOK } from "./book-file.mjs";

const README = resolve("../../../../docs/pictures");
const LOOK = resolve("../../../../target/pictures");
const SIZES = [[1024, 768], [1280, 720], [1920, 1080], [2560, 1440], [3840, 2160]];
/** In the middle of five requests at once: some wait, one begins. */
const README_PLACE = "#talk=fetch_parallel@29";
const PLACES = { cover: "#", page: "#race/rust/40", talk: README_PLACE, words: "#talk=twenty-minutes/2", costs: "#costs", glossary: "#glossary" };

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
const wanted = process.argv.slice(2);
for (const folder of [README, LOOK]) mkdirSync(folder, { recursive: true });
for (const lang of ["en", "ru"]) {
  for (const colorScheme of ["light", "dark"]) {
    const take = async ([width, height], place, path) => {
      const page = await browser.newPage({
        viewport: { width, height }, colorScheme, locale: lang === "en" ? "en-GB" : "ru-RU", reducedMotion: "reduce",
      });
      await page.goto(BOOK + place);
      // The controls have gone when the hand rests.
      await page.evaluate(() => document.body.classList.remove("wanted"));
      await page.screenshot({ path });
      await page.close();
    };
    await take(SIZES[1], README_PLACE, `${README}/book-${lang}-${colorScheme}.png`);
    for (const size of SIZES) {
      for (const [name, place] of Object.entries(PLACES)) {
        if (wanted.length && !wanted.includes(name)) continue;
        await take(size, place, `${LOOK}/${name}-${size.join("x")}-${lang}-${colorScheme}.png`);
      }
    }
  }
}
await browser.close();
