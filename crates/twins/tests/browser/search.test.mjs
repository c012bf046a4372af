// Search in everything, the glossary, the page of costs.

import assert from "node:assert/strict";
import { test } from "node:test";

import { open } from "./browser.mjs";

/** What a search finds: titles, and the line below each. */
const results = (page, query) => page.evaluate((query) => {
  const field = document.querySelector("#search");
  field.value = query;
  field.dispatchEvent(new Event("input"));
  return [...document.querySelectorAll("#results li")].map((item) => ({
    address: item.querySelector("a")?.hash ?? null, text: item.innerText.replace(/\s+/g, " "),
  }));
}, query);

test("finds code, words, output, and names of both languages", async () => {
  const { page, close } = await open();
  for (const [query, address, text] of [
    // A line of code of one program leads to that program.
    ["asyncio.FIRST_COMPLETED", "#race", "FIRST_COMPLETED"],
    ["first_error_wins", "#first_error_wins", "first_error_wins"],
    // What is printed.
    ["Все данные обработаны параллельно", "#fetch_parallel", "параллельно"],
    // Python's name finds what Rust calls otherwise, and the other way.
    ["CancelledError", "#nested_timeouts", "CancelledError"],
    ["TimedOut", "#timeout", "TimedOut"],
    // Words of both languages, in capitals or not.
    ["ФИЛОСОФ", "#dining_philosophers", "илософ"],
  ]) {
    const found = await results(page, query);
    const hit = found.find((one) => one.address?.startsWith(address));
    assert.ok(hit, `${query} finds ${address}: ${JSON.stringify(found.slice(0, 5))}`);
    assert.ok(hit.text.includes(text), hit.text);
  }
  // Programs that never say the word itself are found by the other language's.
  const cancelled = await page.evaluate(() => searching.find("cancellederror").found
    .filter(({ entry }) => entry.page && !entry.all.includes("cancellederror")).map(({ entry }) => entry.page));
  assert.ok(cancelled.length > 0, "CancelledError finds Cancelled");
  await close();
});

test("says so where there is nothing, and then shows everything again", async () => {
  for (const locale of ["en-GB", "ru-RU"]) {
    const { page, close } = await open("", { locale });
    const [nothing] = await results(page, "  no such <thing> ");
    assert.match(nothing.text, locale === "en-GB" ? /^Nothing has “no such <thing>”/ : /^«no such <thing>» нет нигде/);
    assert.match(await page.locator("#found").innerText(), /no such <thing>/);
    assert.equal(await page.locator("#contents li:not([hidden])").count(), 0);
    assert.deepEqual(await results(page, " "), []);
    assert.equal(await page.locator("#contents li:not([hidden])").count(), await page.locator("#contents li").count());
    // What a pattern would mean is a letter here.
    for (const odd of ["(", "[a", "\\", "*", ".*"]) await results(page, odd);
    await close();
  }
});

test("keys alone go through what is found", async () => {
  const { page, close } = await open();
  await page.keyboard.press("/");
  await page.keyboard.type("TaskGroup");
  await page.keyboard.press("ArrowDown");
  const first = await page.evaluate(() => document.activeElement.hash);
  await page.keyboard.press("ArrowDown");
  assert.notEqual(await page.evaluate(() => document.activeElement.hash), first);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await page.waitForFunction((id) => document.querySelector(".page:not([hidden])")?.id === id, first.slice(1).split("/")[0]);
  assert.ok(!await page.locator("#results").isVisible());
  await page.keyboard.press("/");
  await page.keyboard.type("zzzz");
  await page.keyboard.press("Escape");
  assert.equal(await page.inputValue("#search"), "");
  await close();
});

test("the glossary has words in both languages, names of both, and links that load nothing", async () => {
  const { page, close } = await open("#glossary");
  assert.ok(await page.locator("#glossary").isVisible() && !await page.locator("#cover").isVisible());
  const { words, rows, links, inside } = await page.evaluate(() => ({
    words: document.querySelectorAll("#glossary dt").length,
    rows: [...document.querySelectorAll("#glossary tbody tr")].map((row) => row.innerText),
    links: [...document.querySelectorAll("#glossary a.out")].map((link) => link.href),
    inside: [...document.querySelectorAll("#glossary td a:not(.out)")].filter((link) => !document.getElementById(link.hash.slice(1))).length,
  }));
  assert.ok(words > 25 && rows.length > 60, `${words} words, ${rows.length} names`);
  assert.ok(rows.some((row) => /asyncio\.CancelledError\s+Cancelled/.test(row)));
  for (const site of ["docs.python.org", "peps.python.org", "doc.rust-lang.org", "docs.rs/twin-tasks", "docs.rs/twin-generators"]) {
    assert.ok(links.some((link) => link.startsWith(`https://${site}`)), site);
  }
  assert.equal(inside, 0, "links within the book lead to a page");
  // A row that is found is a place to go to.
  const [hit] = (await results(page, "gather_outcomes")).filter(({ text }) => text.startsWith("Glossary"));
  await page.evaluate((hash) => { location.hash = hash; }, hit.address);
  await page.waitForFunction((hash) => location.hash === hash, hit.address);
  assert.ok(await page.locator(hit.address).isVisible());
  await page.goBack();
  await close();
});

for (const [lang, heading, told] of [
  ["en", "What it costs", /processor: .*rustc .*CPython /s],
  ["ru", "Сколько это стоит", /процессор: .*rustc .*CPython /s],
]) {
  test(`the costs are drawn from what was measured, with command, versions and processor (${lang})`, async () => {
    const { page, close } = await open("#costs");
    await page.evaluate((lang) => book.speak(lang), lang);
    assert.equal(await page.locator("#costs h2").innerText(), heading);
    const costs = await page.evaluate(() => [...document.querySelectorAll("#costs .cost")].map((cost) => ({
      title: cost.querySelector("h3").innerText,
      command: cost.querySelector(".command").innerText,
      machine: cost.querySelector(".machine").innerText,
      plots: [...cost.querySelectorAll("svg")].filter((plot) => plot.checkVisibility()).map((plot) => {
        // A dot stands where its number is, in the order of the numbers; nothing leaves the drawing.
        const dots = [...plot.querySelectorAll("g")].map((row) => [
          Number(row.lastElementChild.textContent.replace(",", ".")), Number(row.querySelector("circle").getAttribute("cx"))]);
        const sorted = [...dots].sort((a, b) => a[0] - b[0]).map(([, x]) => x);
        const box = plot.getBoundingClientRect();
        return {
          ordered: sorted.every((x, place) => place === 0 || x >= sorted[place - 1]),
          inside: [...plot.querySelectorAll("text")].every((text) => {
            const own = text.getBoundingClientRect();
            return own.left >= box.left - 1 && own.right <= box.right + 1;
          }),
          name: plot.querySelector("title").textContent,
        };
      }),
    })));
    assert.equal(costs.length, 10);
    for (const { title, command, machine, plots } of costs) {
      assert.match(command, /^cargo bench -p twins-bench --bench \w+$/);
      assert.match(machine, told);
      assert.ok(plots.length > 0, title);
      for (const plot of plots) assert.deepEqual([plot.ordered, plot.inside], [true, true], `${title}: ${plot.name}`);
    }
    await close();
  });
}
