// Talk mode: what fits which screen, a talk as a list, the speaker's window, a frame, a still.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";

import { BOOK } from "./book-file.mjs";
import { open } from "./browser.mjs";

const SIZES = [[1024, 768], [1280, 720], [1920, 1080], [2560, 1440], [3840, 2160]];
const press = async (page, ...keys) => { for (const key of keys) await page.keyboard.press(key); };
/** What shows: the slide's heading or the pair, its step, and the address. */
const shown = (page) => page.evaluate(() => {
  const pair = document.querySelector(".page:not([hidden])");
  const slide = document.querySelector("#slide:not([hidden]) h2");
  return {
    pair: pair?.id ?? null,
    words: slide?.querySelector(`[lang=${document.documentElement.lang}]`)?.textContent ?? null,
    step: pair ? Number(pair.querySelector(".count").textContent.split(" / ")[0]) : null,
    last: pair ? Number(pair.querySelector(".count").textContent.split(" / ")[1]) : null,
  };
});

describe("talk mode fits the room", () => {
  for (const [width, height] of SIZES) {
    test(`${width} × ${height}: large type, no line of 68 columns cut or wrapped, lit lines in view`, async () => {
      const { page, close } = await open("#talk=book", { viewport: { width, height } });
      const problems = await page.evaluate(() => {
        const problems = [];
        const sizes = [];
        // Every pair on the smallest screen, which has the least room; a sample on the others, of one shape.
        const ids = pages.all.map((page) => page.id);
        for (const id of innerWidth < 1200 ? ids : ids.filter((_, place) => place % 6 === 0)) {
          location.hash = `#${id}`;
          book.go(`#${id}`);
          const own = fitsRoom(id);
          sizes.push(own.size);
          problems.push(...own.problems);
        }
        return problems.slice(0, 8);

        function fitsRoom(id) {
          const { player } = book;
          const problems = [];
          const say = (text) => problems.push(`${id}: ${text}`);
          const size = parseFloat(getComputedStyle(player.sides[0].code).fontSize);
          if (size < innerHeight * 0.0199) say(`type of ${size} px`);
          const stride = Math.max(1, Math.floor(player.length / 12));
          for (let position = 0; position <= player.length; position += stride) {
            player.seek(position);
            for (const side of player.sides) {
              const box = side.code.getBoundingClientRect();
              if (box.height < size * 8) say(`a program has ${box.height} px`);
              if (box.right > innerWidth + 1 || box.bottom > innerHeight + 1) say("a program leaves the screen");
              if (side.code.scrollWidth > side.code.clientWidth + 1) say("a line is wider than its column");
              if (side.lit) {
                side.follow();
                const line = side.lit.getBoundingClientRect();
                if (line.height === 0) say(`step ${position}: the lit line is folded`);
                if (line.top < box.top - 1 || (line.bottom > box.bottom + 1 && line.height < box.height)) {
                  say(`step ${position}: a lit line is out of view`);
                }
              }
            }
          }
          for (const side of player.sides) {
            const one = parseFloat(getComputedStyle(side.code).lineHeight);
            for (const line of side.lines) {
              const columns = textOf(line).length;
              const isCode = !line.querySelector(".c") && columns <= 68;
              if (isCode && line.offsetHeight > one * 1.5 && !line.querySelector(".who, .mark")) say(`wraps: ${line.textContent.trim()}`);
            }
          }
          return { size, problems };
        }
      });
      assert.deepEqual(problems, []);
      await close();
    });
  }

  test("the languages are named, and functions that are not in play are a line each", async () => {
    const { page, close } = await open("#talk=fetch_parallel", { viewport: { width: 1280, height: 720 } });
    const names = () => page.$$eval(".talk .page:not([hidden]) .tabs [aria-selected=true]", (tabs) =>
      tabs.map((tab) => tab.innerText.trim()));
    assert.deepEqual(await names(), ["Python", "Rust"]);
    await press(page, "l");
    assert.deepEqual(await names(), ["Python", "Rust"]);
    await page.goto(`${BOOK}#talk=trampoline@20`);
    const { folded, open: opened } = await page.evaluate(() => {
      const side = book.player.sides[1];
      const folded = side.folds.blocks.filter((_, block) => side.folds.folded.has(block));
      const at = side.lines.indexOf(side.lit);
      return {
        folded: folded.map(({ from, to }) => side.lines.slice(from, to + 1).filter((line) => line.offsetHeight > 0).length),
        open: folded.every(({ from, to }) => at < from || at > to),
      };
    });
    assert.ok(folded.length > 0, "a long program folds");
    assert.ok(folded.every((lines) => lines === 1), `${folded}`);
    assert.ok(opened, "what runs is open");
    await close();
  });

  test("each step's sentence stands beside the language's name, and covers nothing", async () => {
    for (const [width, height] of SIZES.slice(0, 2)) {
      const { page, close } = await open("#talk=gather_keeps_order@1", { viewport: { width, height } });
      const found = await page.evaluate(() => {
        const { player } = book;
        const said = [];
        for (let position = 1; position <= player.length; position++) {
          player.seek(position);
          player.sides.forEach(({ now, tabs, program }, side) => {
            const [own, name, code] = [now, tabs.querySelector("[aria-selected=true]"), program].map((one) => one.getBoundingClientRect());
            if (now.textContent !== player.words()[side]) said.push(`${position}: ${now.textContent}`);
            if (own.left < name.right || own.bottom > code.top + 1) said.push(`${position}: it covers something`);
          });
        }
        return said;
      });
      assert.deepEqual(found.slice(0, 3), [], `${width} × ${height}`);
      await close();
    }
  });

  test("the type follows the window, + and -, and 0 brings it back", async () => {
    const { page, close } = await open("#talk=race");
    const size = () => page.$eval(".page:not([hidden]) .code", (code) => parseFloat(getComputedStyle(code).fontSize));
    const began = await size();
    await press(page, "+", "+");
    assert.ok(await size() > began * 1.1);
    await press(page, "0");
    assert.equal(await size(), began);
    await press(page, "-");
    assert.ok(await size() < began);
    await press(page, "0");
    await page.setViewportSize({ width: 2560, height: 1440 });
    assert.ok(Math.abs(await size() - began * 2) < 2, `${await size()} is twice ${began}`);
    await close();
  });

  test("a program stands still while what runs can be seen, and scrolls so that what runs next is, too", async () => {
    const { page, close } = await open("#talk=async_pipeline", { viewport: { width: 1280, height: 720 } });
    for (const [pair, share] of [["fetch_parallel", 0.1], ["task_group", 0.15], ["async_pipeline", 0.25]]) {
      const { scrolls, steps } = await page.evaluate((pair) => {
        book.go(`#talk=${pair}`);
        const { player } = book;
        const places = () => player.sides.map(({ code }) => code.scrollTop);
        const scrolls = [0, 0];
        for (let position = 1, before = places(); position <= player.length; position++) {
          player.seek(position);
          const now = places();
          now.forEach((place, side) => { scrolls[side] += Number(Math.abs(place - before[side]) > 1); });
          before = now;
        }
        return { scrolls, steps: player.length };
      }, pair);
      assert.ok(Math.max(...scrolls) <= share * steps, `${pair}: scrolls at ${scrolls} of ${steps} steps`);
    }
    await close();
  });

  test("who holds control has room, nothing of the timeline is cut, and every word can be read from the last row", async () => {
    for (const [width, height] of [SIZES[0], SIZES[1], SIZES.at(-1)]) {
      const { page, close } = await open("#talk=bounded_queue", { viewport: { width, height } });
      for (const pair of ["fetch_parallel", "bounded_queue", "trampoline", "eight_queens"]) {
        const found = await page.evaluate((pair) => {
          book.go(`#talk=${pair}`);
          const { player } = book;
          const over = { list: 0, small: [] };
          const stride = Math.max(1, Math.floor(player.length / 30));
          for (let position = 0; position <= player.length; position += stride) {
            player.seek(position);
            over.list += Number(player.sides.some(({ actors }) => actors.scrollHeight > actors.clientHeight + 1));
          }
          const frame = player.article.querySelector(".timelines");
          over.timeline = player.timeline.svg.getBoundingClientRect().height - frame.clientHeight;
          for (const text of player.article.querySelectorAll(":is(.status h3, .now, .activations li, .status .output, .tabs [aria-selected=true], svg text)")) {
            const size = parseFloat(getComputedStyle(text).fontSize) * (text instanceof SVGElement ? player.timeline.size : 1);
            if (text.checkVisibility() && size < innerHeight * 0.0144) over.small.push(`${text.className.baseVal ?? text.className} of ${size} px`);
          }
          return over;
        }, pair);
        assert.deepEqual([...new Set(found.small)], [], `${pair}, ${width} × ${height}`);
        assert.ok(found.timeline <= 1, `${pair}, ${width} × ${height}: ${found.timeline} px of the timeline are cut`);
        assert.equal(found.list, 0, `${pair}, ${width} × ${height}`);
      }
      await close();
    }
  });

  test("the controls come when the hand moves", async () => {
    const { page, close } = await open("#talk=race");
    const seen = () => page.$eval(".page:not([hidden]) .controls", (bar) => getComputedStyle(bar).opacity);
    await page.evaluate(() => document.body.classList.remove("wanted"));
    assert.equal(await seen(), "0");
    await page.mouse.move(300, 300);
    assert.equal(await seen(), "1");
    await close();
  });
});

describe("a talk is a list", () => {
  test("of pairs and steps, which a clicker goes through and back", async () => {
    const { page, close } = await open("#talk=fetch_sequential@3,race_by_hand@20");
    assert.equal((await shown(page)).step, 3);
    const { last } = await shown(page);
    await page.evaluate((step) => book.player.seek(step), last - 1);
    await press(page, "PageDown");
    assert.deepEqual(await shown(page), { pair: "fetch_sequential", words: null, step: last, last });
    await press(page, "PageDown");
    const race = await shown(page);
    assert.deepEqual([race.pair, race.step], ["race", 20]);
    assert.equal(await page.evaluate(() => book.player.names), "by_hand");
    await press(page, "n");
    assert.equal((await shown(page)).pair, "race", "the last stays");
    await page.evaluate(() => book.player.seek(0));
    await press(page, "PageUp");
    assert.deepEqual(await shown(page), { pair: "fetch_sequential", words: null, step: last, last });
    await close();
  });

  test("what is not in the book is said, with the nearest that is", async () => {
    const { page, close } = await open("#talk=rase,fetch_parallel@99999");
    assert.equal((await shown(page)).pair, "fetch_parallel");
    const said = await page.locator("#missing").innerText();
    assert.match(said, /“rase”.*race/s);
    assert.match(said, /“99999”/);
    await page.goto("about:blank");
    await page.goto(`${BOOK}#talk=twenty-minute`);
    assert.match(await page.locator("#missing").innerText(), /twenty-minutes/);
    assert.ok(await page.locator("#cover").isVisible());
    for (const odd of ["#talk=", "#talk=,,", "#talk=race/99", "#talk=race/x", "#talk=%", "#embed=", "#embed=none@3", "#talk=race/1/nobody/-4/xx"]) {
      await page.goto("about:blank");
      await page.goto(BOOK + odd);
    }
    await close();
  });

  test("a reload keeps slide, step, program, language, type and speed", async () => {
    const { page, close } = await open("#talk=twenty-minutes");
    await press(page, "l", "+", "n", "n");
    await page.evaluate(() => book.player.compare("rust"));
    await press(page, "PageDown", "PageDown", "PageDown");
    await page.locator(".page:not([hidden]) .speed select").selectOption("2");
    const state = () => page.evaluate(() => ({
      talk: document.body.classList.contains("talk"), lang: document.documentElement.lang, hash: location.hash,
      size: document.documentElement.style.getPropertyValue("--talk-size"), speed: book.player.speed,
    }));
    await page.waitForFunction(() => location.hash.endsWith("/rust/3/ru"));
    const was = [await shown(page), await state()];
    assert.ok(was[1].talk && was[0].step === 3 && was[1].speed === "2", JSON.stringify(was));
    await page.reload();
    assert.deepEqual([await shown(page), await state()], was);
    await press(page, "n");
    assert.equal(await page.evaluate(() => book.player?.speed ?? memory.get("speed")), "2", "the speed goes along");
    await close();
  });

  test("blackout, and back by any key of the clicker", async () => {
    const { page, close } = await open("#talk=race");
    const dark = () => page.locator("#dark").isVisible();
    for (const key of ["b", "."]) {
      await press(page, key);
      assert.ok(await dark());
      await press(page, key);
      assert.ok(!await dark());
    }
    await press(page, "b", "PageDown");
    assert.ok(!await dark());
    assert.equal((await shown(page)).step, 0, "the key that lights the screen does nothing else");
    await press(page, "b", "Escape");
    assert.ok(!await dark());
    assert.ok(await page.evaluate(() => talk.on), "nor does it end the talk");
    await close();
  });

  test("t takes the whole book from where one is, and Escape gives the page back", async () => {
    const { page, close } = await open("#race/rust/12/en");
    await press(page, "t");
    assert.equal((await shown(page)).step, 12);
    await page.evaluate(() => book.player.seek(Infinity));
    await press(page, "PageDown");
    assert.notEqual((await shown(page)).pair, "race");
    await press(page, "Escape");
    assert.ok(!await page.evaluate(() => talk.on));
    assert.ok(await page.locator(".page:not([hidden]) h2").isVisible());
    await close();
  });

  test("the search opens a pair in talk mode", async () => {
    const { page, close } = await open("#talk=fetch_parallel,timeout");
    await press(page, "/");
    await page.keyboard.type("first_error_wins");
    await press(page, "Enter");
    await page.waitForFunction(() => book.page?.id === "first_error_wins");
    assert.ok(await page.evaluate(() => talk.on && !document.activeElement.matches("input")));
    await press(page, "PageDown");
    assert.equal((await shown(page)).step, 1);
    await close();
  });
});

describe("the speaker's window", () => {
  const text = (window, name) => window.locator(`.speaker .${name}`).innerText();

  test("gives the talk of 20 minutes by keys alone, from its file", async () => {
    const { page, context, close } = await open("#talk=twenty-minutes");
    assert.ok(BOOK.startsWith("file://"));
    const { parts, title } = await page.evaluate(() => talk.all.find(({ id }) => id === "twenty-minutes"));
    assert.equal((await shown(page)).words, title.en);
    const [speaker] = await Promise.all([context.waitForEvent("page"), press(page, "s")]);
    await speaker.waitForFunction((title) => document.querySelector(".title")?.textContent === title, title.en);
    assert.match(await text(speaker, "clock"), /^00:0/);
    const pairs = [];
    for (const part of parts) {
      await press(speaker, "PageDown");
      if (part.words) {
        await page.waitForFunction((words) => document.querySelector("#slide:not([hidden]) h2 [lang=en]")?.textContent === words, part.title.en);
        if (part.notes) assert.equal(await text(speaker, "notes"), part.notes.en);
        if (part.pair) await press(speaker, "PageDown");
      }
      if (!part.pair) continue;
      await page.waitForFunction((id) => document.querySelector(".page:not([hidden])")?.id === id, part.pair.id);
      pairs.push(part.pair.id);
      // The first steps by keys; the middle is as the other tests have it.
      await press(speaker, "PageDown", "PageDown");
      await page.waitForFunction(() => book.player.position === 2);
      await speaker.waitForFunction(() => document.querySelector(".step").textContent.startsWith("2 /"));
      assert.match(await text(speaker, "doing"), /\d+: /);
      assert.ok((await text(speaker, "notes")).length > 40);
      await press(speaker, "End");
      await speaker.waitForFunction(() => /^(\d+) \/ \1$/.test(document.querySelector(".step").textContent));
    }
    assert.equal(pairs.length, parts.filter((part) => part.pair).length);
    assert.match(await text(speaker, "pace"), /ahead · of 20 min/);
    await press(speaker, "PageDown");
    assert.equal((await shown(page)).words, parts.at(-1).title.en, "the last slide stays");
    await close();
  });

  test("its clock begins with the first step, pauses, and survives a reload of either window", async () => {
    const { page, context, close } = await open("#talk=race");
    const [speaker] = await Promise.all([context.waitForEvent("page"), press(page, "s")]);
    await speaker.waitForFunction(() => document.querySelector(".title")?.textContent);
    assert.ok(!await speaker.evaluate(() => clock.runs));
    await press(speaker, "PageDown");
    assert.ok(await speaker.evaluate(() => clock.runs));
    await press(speaker, "c");
    const set = await speaker.evaluate(() => {
      clock.put(null, 754000);
      return clock.now;
    });
    assert.equal(await text(speaker, "clock"), "12:34");
    await speaker.reload();
    await speaker.waitForFunction(() => document.querySelector(".title")?.textContent);
    assert.equal(await text(speaker, "clock"), "12:34");
    assert.match(await text(speaker, "pace"), /^$|behind/);
    await page.reload();
    await press(speaker, "PageDown");
    await page.waitForFunction(() => book.player?.position > 0);
    assert.equal((await speaker.evaluate(() => clock.passed())), set.before);
    await press(speaker, "x");
    assert.equal(await text(speaker, "clock"), "00:00");
    await close();
  });

  test("survives where the browser stores nothing", async () => {
    const refuse = () => {
      Object.defineProperty(window, "localStorage", { get() { throw new DOMException("refused", "SecurityError"); } });
    };
    const { page, context, close } = await open("#talk=race", { before: refuse });
    const [speaker] = await Promise.all([context.waitForEvent("page"), press(page, "s")]);
    await speaker.waitForFunction(() => document.querySelector(".title")?.textContent);
    await speaker.evaluate(() => clock.put(null, 61000));
    await page.waitForFunction(() => speaker.clock?.before === 61000);
    await speaker.reload();
    await speaker.waitForFunction(() => document.querySelector(".clock")?.textContent === "01:01");
    await close();
  });

  test("is one window if it is opened twice, and says so when the book's is closed", async () => {
    const { page, context, close } = await open("#talk=race");
    const [speaker] = await Promise.all([context.waitForEvent("page"), press(page, "s")]);
    await speaker.waitForFunction(() => document.querySelector(".title")?.textContent);
    await page.bringToFront();
    await press(page, "s", "PageDown");
    assert.equal(context.pages().length, 2);
    await speaker.waitForFunction(() => document.querySelector(".step").textContent.startsWith("1 /"));
    await page.close();
    await speaker.waitForFunction(() => document.querySelector(".title").textContent.includes("gone"));
    await close();
  });

  test("closed, it is opened again by the same key", async () => {
    const { page, context, close } = await open("#talk=race");
    for (const _ of [1, 2]) {
      const [speaker] = await Promise.all([context.waitForEvent("page"), press(page, "s")]);
      await speaker.waitForFunction(() => document.querySelector(".title")?.textContent);
      await press(page, "PageDown");
      await speaker.close();
      // The browser takes a moment to tell the book: until then the key brings the old window to the front.
      await page.waitForFunction(() => [...speaker.others].every((window) => window.closed));
    }
    assert.equal((await shown(page)).step, 2);
    await close();
  });
});

describe("for another deck", () => {
  test("a frame has one pair at a step, without chrome, and no storage", async () => {
    const folder = mkdtempSync(join(tmpdir(), "twins-"));
    const deck = join(folder, "deck.html");
    writeFileSync(deck, `<!doctype html><html lang="en"><title>deck</title><iframe title="race" sandbox="allow-scripts" width="1100" height="600" src="${BOOK}#embed=race@20"></iframe>`);
    const { page, close } = await open();
    await page.goto(pathToFileURL(deck).href);
    const frame = page.frames()[1];
    await frame.waitForFunction(() => document.querySelector(".page:not([hidden])")?.id === "race");
    assert.deepEqual(await frame.evaluate(() => ({
      step: book.player.position,
      chrome: [...document.querySelectorAll(".top, #contents, .controls, h2, .timelines")].filter((it) => it.checkVisibility() && it.offsetHeight > 1 && getComputedStyle(it).clipPath === "none").map((it) => it.className || it.localName),
      wide: document.documentElement.scrollWidth, tall: document.documentElement.scrollHeight,
    })), { step: 20, chrome: [], wide: 1100, tall: 600 });
    await frame.evaluate(() => keys.press("ArrowRight"));
    assert.equal(await frame.evaluate(() => book.player.position), 21);
    await close();
    rmSync(folder, { recursive: true });
  });

  test("a still is an SVG of the step, which draws by itself", async () => {
    const { page, close } = await open("#fetch_parallel/rust/29/en");
    const [download] = await Promise.all([page.waitForEvent("download"), press(page, "i")]);
    assert.equal(download.suggestedFilename(), "fetch_parallel-29.svg");
    const still = await page.evaluate(async () => {
      const text = stillOf(book.player);
      const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
      return {
        wrong: parsed.querySelector("parsererror")?.textContent ?? null,
        outside: text.match(/foreignObject|href|var\(|light-dark/)?.[0] ?? null,
        lit: parsed.querySelectorAll("rect[width='3']").length,
        lines: [...parsed.querySelectorAll("text")].map((line) => line.textContent),
        printed: book.player.sides[0].output.dataset.text.trimEnd().split("\n").at(-1),
      };
    });
    assert.deepEqual([still.wrong, still.outside, still.lit], [null, null, 2]);
    assert.ok(still.lines.includes("async def main_parallel():") && still.lines.includes(still.printed), still.lines.join("\n"));
    await close();
  });
});
