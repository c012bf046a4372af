// The browser of the tests, and the book opened in it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after } from "node:test";

import { chromium } from "playwright-core";

import { BOOK } from "./book-file.mjs";

export const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export const SIZES = [{ width: 1280, height: 720 }, { width: 1920, height: 1080 }];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});

after(() => browser.close());

/** Opens the book; whatever it asks for, says or breaks on the way is an error in `close`. `before` runs
    in each page first. */
export async function open(address = "", { before, ...options } = {}, timeout = 60_000) {
  const context = await browser.newContext({ viewport: SIZES[0], locale: "en-GB", reducedMotion: "reduce", ...options });
  await context.setOffline(true);
  const complaints = [];
  const watch = (page) => {
    page.on("request", (request) => {
      // A page of the test's own may frame the book.
      if (!/^(file|blob):/.test(request.url())) complaints.push(`asks for ${request.url()}`);
    });
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.stack));
  };
  context.on("page", watch);
  if (before) await context.addInitScript(before);
  const page = await context.newPage();
  await page.goto(BOOK + address, { timeout });
  const close = async () => {
    await context.close();
    assert.deepEqual(complaints, []);
  };
  return { page, context, close };
}

/** "29 / 68": where the page that shows is. */
export const count = (page) => page.locator(".page:not([hidden]) .count").textContent();

/** Where the page that shows is, as a number. */
export const position = async (page) => Number((await count(page)).split(" ")[0]);
