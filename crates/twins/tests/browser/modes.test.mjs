// axe in every mode that is no page: slides, the search, predict, the glossary, the costs, random programs, a frame, the
// speaker's window.

import assert from "node:assert/strict";
import { test } from "node:test";

import { AXE, open } from "./browser.mjs";

const violations = async (page) => {
  if (!await page.evaluate(() => "axe" in globalThis)) await page.evaluate(AXE);
  return page.evaluate(async () => (await axe.run({ resultTypes: ["violations"] })).violations
    .map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 160)} ${nodes[0].failureSummary}`));
};

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing in any mode (${colorScheme})`, async () => {
    const { page, context, close } = await open("#talk=twenty-minutes", { colorScheme });
    const check = async (name) => assert.deepEqual(await violations(page), [], name);
    await check("a title");
    await page.keyboard.press("n");
    await check("a slide of words");
    await page.keyboard.press("n");
    await page.evaluate(() => book.player.seek(40));
    await check("a pair");
    const [speaker] = await Promise.all([context.waitForEvent("page"), page.keyboard.press("s")]);
    await speaker.waitForFunction(() => document.querySelector(".title")?.textContent);
    assert.deepEqual(await violations(speaker), [], "the speaker's window");
    await page.bringToFront();
    await page.keyboard.press("/");
    await page.keyboard.type("gather");
    await check("the search in a talk");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.keyboard.press("q");
    await check("predict");
    await page.keyboard.press("1");
    await check("an answer");
    for (const name of ["glossary", "costs", "random", "embed=race@20"]) {
      await page.evaluate((hash) => book.go(hash), `#${name}`);
      await check(name);
    }
    await close();
  });
}
