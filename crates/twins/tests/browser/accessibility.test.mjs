// axe on every page, in talk mode and in the speaker's window, and the colours of code.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { pages as read } from "./book-file.mjs";
import { AXE, open } from "./browser.mjs";

const pairs = read().map(({ id }) => id);

describe("accessibility", { concurrency: 2 }, () => {
  for (const colorScheme of ["light", "dark"]) {
    // Of code axe would measure thousands of words, all of the same few colours.
    test(`the colours of code can be read on each ground (${colorScheme})`, async () => {
      const { page, close } = await open("", { colorScheme });
      const faint = await page.evaluate(() => {
        const probe = document.body.appendChild(document.createElement("i"));
        const luminance = (name) => {
          probe.style.color = `var(--${name})`;
          const [r, g, b] = getComputedStyle(probe).color.match(/[\d.]+/g)
            .map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const pairs = ["text", "token-k", "token-f", "token-m", "token-s", "token-n", "token-c", "token-a"]
          .flatMap((text) => ["sheet", "python-lit", "rust-lit"].map((ground) => [text, ground]));
        const contrast = (names) => {
          const [dark, light] = names.map(luminance).sort((a, b) => a - b);
          return (light + 0.05) / (dark + 0.05);
        };
        return pairs.filter((names) => !(contrast(names) >= 4.5)).map((names) => `${names}: ${contrast(names)}`);
      });
      assert.deepEqual(faint, []);
      await close();
    });
  }

  // Every second page in light and English, the others in dark and Russian, since what has colours and roles is of
  // the same few kinds on all of them.
  for (const [half, [colorScheme, lang]] of [["light", "en"], ["dark", "ru"]].entries()) {
    test(`axe finds nothing, on any page (${colorScheme}, ${lang})`, async () => {
      const { page, close } = await open("", { colorScheme, reducedMotion: "reduce" });
      await page.evaluate(AXE);
      await page.evaluate((lang) => book.speak(lang), lang);
      assert.deepEqual(await page.evaluate(violations, { id: "cover", hash: "#" }), [], "the first page");
      // axe reads the whole document for each page, hidden or not: what was looked at goes.
      await page.evaluate(() => {
        for (const seen of document.querySelectorAll("#cover > *, section.plain, #keys > *")) seen.remove();
      });
      for (const { id, data } of read().filter((_, place) => place % 2 === half)) {
        const variant = Object.keys(data?.programs ?? { rust: 0 }).at(-1);
        assert.deepEqual(await page.evaluate(violations, { id, hash: `#${id}/${variant}/9/${lang}` }), [], id);
      }
      await close();
    });
  }

  test("axe finds nothing in talk mode, in the list of keys and in the speaker's window", async () => {
    const { page, context, close } = await open(`#${pairs[3]}/native/9/en`, { reducedMotion: "reduce" });
    const look = async (page) => {
      await page.evaluate(AXE);
      return page.evaluate(async () => (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`));
    };
    const [speaker] = await Promise.all([context.waitForEvent("page"), page.keyboard.press("s")]);
    await speaker.waitForFunction(() => document.querySelector(".step")?.textContent);
    assert.deepEqual(await look(speaker), []);
    await page.bringToFront();
    await page.keyboard.press("t");
    assert.deepEqual(await look(page), []);
    await page.keyboard.press("?");
    assert.deepEqual(await look(page), []);
    await close();
  });
});

/** In the page: what axe has against what shows at an address. */
async function violations({ id, hash }) {
  book.go(hash);
  const shown = document.getElementById(id);
  if (shown.hidden) return ["it is not shown"];
  const { violations } = await axe.run({ exclude: [".code i"] }, { resultTypes: ["violations"] });
  book.go("#");
  if (shown.matches(".page")) shown.replaceChildren();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3)
    .map((node) => `${node.html.slice(0, 120)} ${node.failureSummary}`).join(" | ")}`);
}
