// The book in a real browser, opened from its file. Run by `.ci/run`, or by hand:
//
//   cargo twins book && cd crates/twins/tests/browser && npm ci && npm test
//
// TWINS_BOOK names another file, CHROMIUM another browser than /usr/bin/chromium.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, test } from "node:test";

import { pages as read, script } from "./book-file.mjs";
import { SIZES, count, open } from "./browser.mjs";

const { Track, Lockstep } = script("playback.js");
const pairs = read().map(({ id }) => id);

test("the book has pairs", () => {
  assert.ok(pairs.length > 50, `${pairs.length} pairs`);
});

// `states.test.mjs` holds what is true after each step; here the page is held to that.
describe("stepping through every pair", { concurrency: 2 }, () => {
  for (const lang of ["en", "ru"]) {
    test(`shows what holds at each step (${lang})`, async () => {
      const { page, close } = await open();
      for (const { id, data } of read()) {
        if (!data) continue;
        // What happens is the same in both languages: once in Russian is enough for each pair.
        const names = Object.keys(data.programs).filter((name) => name !== "python" && (lang === "en" || name === "rust"));
        for (const name of names) {
          const lockstep = new Lockstep(new Track(data.programs.python), new Track(data.programs[name]), data.rows[`python ${name}`]);
          const expected = sample(lockstep.length, lang === "ru" ? 6 : name === "rust" ? 25 : 10).map((position) => {
            const states = lockstep.tracks.map((track, side) => track.stateAt(lockstep.at(position)[side]));
            return { position, lines: states.map(({ line }) => line), output: states.map(({ output }) => output.length) };
          });
          const hash = `#${id}/${name}/0/${lang}`;
          assert.deepEqual(await page.evaluate(stepThrough, { id, name, hash, length: lockstep.length, expected }), [], `${id}, ${name}`);
        }
      }
      await close();
    });
  }
});

/** Every position of a short run; of a long one the first, the last, and some in between. */
function sample(length, most) {
  const stride = Math.max(1, Math.ceil(length / most));
  const all = Array.from({ length: length + 1 }, (_, position) => position);
  return all.filter((position) => position < 3 || position === length || position % stride === 0);
}

/** In the page: goes through positions and gives what is not as it should be. */
async function stepThrough({ id, name, hash, length, expected }) {
  const there = new Promise((resolve) => { addEventListener("hashchange", resolve, { once: true }); });
  location.hash = hash;
  await there;
  const problems = [];
  const article = document.getElementById(id);
  const [range, forward] = [article.querySelector("input[type=range]"), article.querySelector("[data-do=forward]")];
  if (article.hidden || Number(range.max) !== length) problems.push(`${range.max} steps, not ${length}`);
  const sides = [...article.querySelectorAll(".side")];
  if (!sides[1].querySelector(`.program[data-program=${name}]`)) problems.push("another program");
  for (const { position, lines, output } of expected) {
    if (position === Number(range.value) + 1) forward.click();
    else if (position) { range.value = position; range.dispatchEvent(new Event("input")); }
    if (Number(range.value) !== position) problems.push(`step ${position}: at ${range.value}`);
    sides.forEach((side, place) => {
      const lit = [...side.querySelectorAll(".line")].flatMap((line, at) => (line.classList.contains("lit") ? [at + 1] : []));
      const right = lines[place] ? [lines[place]] : [];
      if (String(lit) !== String(right)) problems.push(`step ${position}: line ${lit} is lit, not ${right}`);
      const printed = side.querySelector(".status .output").textContent.length;
      if (printed !== output[place]) problems.push(`step ${position}: ${printed} characters printed, not ${output[place]}`);
    });
  }
  return problems.slice(0, 5);
}

describe("keyboard", () => {
  test("alone reaches a pair, steps, plays, and turns the page", async () => {
    const { page, close } = await open();
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
    await page.keyboard.press("Enter");
    // The next stop after the skip link's target is the way into the document.
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForFunction((id) => !document.getElementById(id).hidden, pairs[0]);
    for (const [keys, expected] of [
      [["ArrowRight", "PageDown"], "2 /"], [["ArrowLeft"], "1 /"], [["PageUp"], "0 /"], [["Home"], "0 /"],
    ]) {
      for (const key of keys) await page.keyboard.press(key);
      assert.ok((await count(page)).startsWith(expected), `${keys}: ${await count(page)}`);
    }
    await page.keyboard.press("End");
    const [now, all] = (await count(page)).split(" / ");
    assert.equal(now, all);
    await page.keyboard.press("Home");
    await page.keyboard.press(" ");
    await page.waitForFunction(() => !document.querySelector(".page:not([hidden]) .count").textContent.startsWith("0 "));
    await page.keyboard.press(" ");
    const stopped = await count(page);
    await page.waitForTimeout(1500);
    assert.equal(await count(page), stopped, "space stops what it started");
    await page.keyboard.press("n");
    await page.waitForFunction((id) => !document.getElementById(id).hidden, pairs[1]);
    await page.keyboard.press("?");
    assert.ok(await page.locator("#keys").isVisible());
    await page.keyboard.press("Escape");
    assert.ok(!await page.locator("#keys").isVisible());
    await page.keyboard.press("l");
    assert.equal(await page.evaluate(() => document.documentElement.lang), "ru");
    await close();
  });
});

describe("the keys of a speaker's hand", () => {
  const shown = (page, id) => page.waitForFunction((id) => !document.getElementById(id).hidden, id);

  test("step through the document's pairs, back, and on to the next", async () => {
    const { page, close } = await open(`#${pairs[0]}`);
    for (const pair of pairs.slice(0, 5)) {
      await shown(page, pair);
      const end = Number((await count(page)).split(" / ")[1]);
      const keys = (step) => (step % 2 ? "ArrowRight" : "PageDown");
      for (let step = 1; step <= end; step++) {
        await page.keyboard.press(keys(step));
        // Asking takes longer than a step: at the start, at the end and now and then.
        if (step < 10 || step > end - 5 || step % 10 === 0) assert.equal(await count(page), `${step} / ${end}`, pair);
      }
      assert.equal(await page.locator(`#${pair} .left .status .output`).textContent(),
        await page.locator(`#${pair} .whole-output .output`).textContent(), pair);
      for (let step = end - 1; step >= end - 5; step--) {
        await page.keyboard.press("ArrowLeft");
        assert.equal(await count(page), `${step} / ${end}`, pair);
      }
      await page.keyboard.press("n");
    }
    await shown(page, pairs[5]);
    await close();
  });

  test("mean the same in a Russian layout and with Caps Lock", async () => {
    const { page, close } = await open(`#${pairs[0]}`);
    const press = (key, code) => page.evaluate(({ key, code }) => document.activeElement.dispatchEvent(
      new KeyboardEvent("keydown", { key, code, bubbles: true, cancelable: true })), { key, code });
    await press("т", "KeyN");
    await shown(page, pairs[1]);
    await press("N", "KeyN");
    await shown(page, pairs[2]);
    await press("з", "KeyP");
    await shown(page, pairs[1]);
    await press("д", "KeyL");
    assert.equal(await page.evaluate(() => document.documentElement.lang), "ru");
    await close();
  });

  test("go on to mean it after a click on a button, the slider or the speed", async () => {
    const { page, close } = await open(`#${pairs[0]}`);
    const now = page.locator(`#${pairs[0]}`);
    await now.locator("[data-do=talk]").click();
    await now.locator(".speed select").selectOption("4");
    await now.locator(".speed select").focus();
    await page.keyboard.press("PageDown");
    assert.match(await count(page), /^1 /);
    await page.keyboard.press("ArrowRight");
    assert.match(await count(page), /^2 /);
    assert.equal(await now.locator(".speed select").inputValue(), "4");
    await now.locator("input[type=range]").click({ position: { x: 2, y: 8 } });
    await page.keyboard.press("Home");
    for (const key of ["PageDown", "ArrowRight", "ArrowDown"]) await page.keyboard.press(key);
    assert.match(await count(page), /^3 /);
    await now.locator("[data-do=back]").click();
    assert.match(await count(page), /^2 /);
    await page.keyboard.press(" ");
    await now.locator("[data-do=play][aria-pressed=true]").waitFor();
    await page.keyboard.press(" ");
    assert.ok(await page.evaluate(() => document.body.classList.contains("talk")));
    await close();
  });
});

test("the skip link stays on the page, and Enter opens what the search found", async () => {
  const { page, close } = await open(`#${pairs[1]}`);
  await page.locator(".skip").first().focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  assert.ok(await page.locator(`#${pairs[1]}`).isVisible());
  await page.keyboard.press("/");
  await page.keyboard.type("simple_coroutine");
  await page.keyboard.press("Enter");
  await page.locator("#simple_coroutine").waitFor();
  await page.keyboard.press("ArrowRight");
  assert.match(await count(page), /^1 /);
  await close();
});

test("a deep link opens the pair, the variant, the step and the language", async () => {
  const { page, close } = await open("#log_generator/native/7/ru");
  assert.ok(await page.locator("#log_generator-native").isVisible());
  assert.ok(!await page.locator("#log_generator-rust").isVisible());
  assert.ok((await count(page)).startsWith("7 / "));
  assert.equal(await page.title(), `${await page.locator("#log_generator h2 [lang=ru]").textContent()} · Twins`);
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => location.hash === "#log_generator/native/8/ru");
  await close();
});

test("who is suspended stands on its line, where there is room, and is not copied", async () => {
  const { page, context, close } = await open("#simple_coroutine");
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const code = page.locator("#simple_coroutine .left .code");
  const height = await code.evaluate((code) => code.scrollHeight);
  const who = page.locator("#simple_coroutine .left .who");
  for (let step = 1; step <= 9; step++) await page.keyboard.press("ArrowRight");
  assert.deepEqual(await who.allTextContents(), ["‖ simple_coroutine"]);
  assert.equal(await code.evaluate((code) => code.scrollHeight), height, "no line grows");
  await page.locator("#simple_coroutine .left .copy").click();
  await page.locator("#simple_coroutine .left .copy.done").waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()),
    readFileSync(resolve("../../../../examples/send/simple_coroutine.py"), "utf8"));
  await close();
  // Where the code leaves no room for the names, the sign alone stands there: nothing is covered.
  const narrow = await open("#exception_group/rust/40/en", { viewport: { width: 1024, height: 768 } });
  const covered = await narrow.page.$$eval("#exception_group .side .who", (all) => all.filter((who) => {
    const code = document.createRange();
    code.selectNodeContents(who.parentElement);
    code.setEndBefore(who);
    const own = who.getBoundingClientRect();
    return [...code.getClientRects()].some((rect) => rect.width > 1 && rect.right > own.left + 3
      && rect.bottom > own.top + 4 && rect.top < own.bottom - 4);
  }).map((who) => who.parentElement.textContent));
  assert.deepEqual(covered, []);
  assert.ok((await narrow.page.locator("#exception_group .who").allTextContents()).includes("‖"));
  await narrow.close();
});

test("a deep link and a step bring the programs into view", async () => {
  const { page, close } = await open("#fetch_parallel/rust/29/en");
  const lit = page.locator("#fetch_parallel .line.lit");
  const seen = async () => {
    const boxes = await lit.evaluateAll((lines) => lines.map((line) => line.getBoundingClientRect().toJSON()));
    assert.equal(boxes.length, 2);
    for (const { top, bottom } of boxes) assert.ok(top >= 0 && bottom <= SIZES[0].height, `${top} to ${bottom}`);
  };
  await seen();
  for (const place of [0, 1e6]) {
    await page.evaluate((place) => scrollTo(0, place), place);
    await page.keyboard.press("ArrowRight");
    await seen();
  }
  await close();
});

test("the search finds titles and lessons in both languages", async () => {
  const { page, close } = await open();
  for (const [query, expected] of [["semaphore", null], ["fetch_parallel", "fetch_parallel"], ["Ханой нет такого", "none"]]) {
    await page.fill("#search", query);
    const shown = await page.$$eval("#contents li:not([hidden]) a", (links) => links.map((link) => link.dataset.page));
    if (expected === "none") assert.deepEqual(shown, []);
    else if (expected) assert.ok(shown.includes(expected));
    else assert.ok(shown.length < pairs.length);
  }
  await page.fill("#search", "");
  assert.equal(await page.locator("#contents li:not([hidden])").count(), pairs.length);
  await close();
});

test("the speaker's window follows the book, and its keys move the book", async () => {
  const { page, context, close } = await open(`#${pairs[1]}`);
  const [speaker] = await Promise.all([context.waitForEvent("page"), page.keyboard.press("s")]);
  await speaker.waitForFunction(() => document.querySelector(".step")?.textContent.startsWith("0 /"));
  await page.bringToFront();
  await page.keyboard.press("ArrowRight");
  await speaker.waitForFunction(() => document.querySelector(".step").textContent.startsWith("1 /"));
  assert.equal((await speaker.locator(".notes p").allTextContents()).join(" "),
    (await page.locator(`#${pairs[1]} .look [lang=en] li`).allTextContents()).join(" "));
  await speaker.bringToFront();
  await speaker.keyboard.press("ArrowRight");
  await page.waitForFunction(() => document.querySelector(".page:not([hidden]) .count").textContent.startsWith("2 /"));
  await speaker.reload();
  await speaker.waitForFunction(() => document.querySelector(".step")?.textContent.startsWith("2 /"));
  await speaker.keyboard.press("n");
  await page.waitForFunction((id) => !document.getElementById(id).hidden, pairs[2]);
  // The keys' list opens where the speaker looks, and what opens windows does nothing there.
  for (const key of ["?", "ArrowRight", "Escape", "s", "/", "Tab"]) await speaker.keyboard.press(key);
  assert.ok(!await page.locator("#keys").isVisible());
  assert.match(await count(page), /^0 /);
  assert.equal(context.pages().length, 2);
  await page.reload();
  await page.keyboard.press("ArrowRight");
  await speaker.waitForFunction(() => document.querySelector(".step").textContent.startsWith("1 /"));
  await speaker.keyboard.press("ArrowRight");
  await page.waitForFunction(() => document.querySelector(".page:not([hidden]) .count").textContent.startsWith("2 /"));
  await close();
});

test("a source shows as it stands in its file", async () => {
  const { page, close } = await open();
  for (const pair of pairs) {
    await page.evaluate(async (hash) => {
      const there = new Promise((resolve) => { addEventListener("hashchange", resolve, { once: true }); });
      location.hash = hash;
      await there;
    }, `#${pair}`);
    const programs = await page.$$eval(`#${pair} .program`, (programs) => programs.map((program) => ({
      path: program.querySelector(".caption code").textContent,
      text: [...program.querySelectorAll(".line")].map((line) => {
        const copy = line.cloneNode(true);
        for (const ours of copy.querySelectorAll(".mark, .who")) ours.remove();
        return copy.textContent;
      }).join(""),
    })));
    assert.ok(programs.length > 1, pair);
    for (const { path, text } of programs) {
      assert.equal(text.trim(), readFileSync(resolve("../../../..", path), "utf8").trim(), path);
    }
  }
  await close();
});


test("print is dark on light and whole, whatever the screen shows", async () => {
  const { page, close } = await open(`#${pairs[0]}`, { colorScheme: "dark" });
  await page.locator("#scheme").click();
  await page.locator("#scheme").click();
  await page.keyboard.press("t");
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), "light");
  const { overflow, height } = await page.evaluate(() => ({
    overflow: getComputedStyle(document.body).overflow, height: document.body.getBoundingClientRect().height,
  }));
  assert.equal(overflow, "visible");
  assert.ok(height > 1.5 * SIZES[0].height, `${height} px`);
  assert.ok(await page.locator(`#${pairs[0]} .lesson`).isVisible());
  await close();
});
