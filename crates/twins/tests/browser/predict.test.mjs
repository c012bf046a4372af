// Predict: what comes next is asked before it is shown.

import assert from "node:assert/strict";
import { test } from "node:test";

import { open } from "./browser.mjs";

test("asks about every pair, from its recording: one answer is right, and it is what comes", async () => {
  const { page, close } = await open();
  const problems = await page.evaluate(() => {
    const problems = [];
    const kinds = new Set();
    for (const article of pages.all) {
      const player = pages.player(article);
      let asked = 0;
      for (let position = 0; asked < 40;) {
        const question = questionAfter(player, position);
        if (!question) break;
        asked += 1;
        kinds.add(question.text.textContent.replace(/^(Python|Rust): /, "").slice(0, 12));
        const { choices, right } = question;
        const say = (text) => problems.push(`${article.id} at ${question.position}: ${text}`);
        if (question.position <= position) say("asks about what is shown");
        if (choices.filter((choice) => choice === right).length !== 1) say(`${right} of ${choices}`);
        if (choices.length < 2 || choices.length > 4) say(`${choices.length} choices`);
        if (!question.why().textContent.trim()) say("no reason");
        position = question.position;
      }
      if (!asked && player.length > 20) problems.push(`${article.id}: nothing is asked`);
    }
    if (kinds.size !== 3) problems.push(`kinds: ${[...kinds]}`);
    return problems.slice(0, 5);
  });
  assert.deepEqual(problems, []);
  await close();
});

for (const lang of ["en", "ru"]) {
  test(`keys alone: answer, see why, go on; the score is the page's alone (${lang})`, async () => {
    const { page, close } = await open(`#fetch_parallel/rust/0/${lang}`);
    await page.keyboard.press("q");
    const question = page.locator(".question");
    assert.ok(await question.isVisible());
    assert.ok(!await page.locator(".page:not([hidden]) .timelines").isVisible(), "nothing tells");
    // A step would show it: the question stays.
    await page.keyboard.press("ArrowRight");
    assert.equal(await page.evaluate(() => book.player.position), 0);
    const choose = (right) => page.evaluate((right) => {
      const { choices, right: answer } = predict.question;
      return String(choices.findIndex((choice) => (choice === answer) === right) + 1);
    }, right);
    const asked = await page.evaluate(() => predict.question.position);
    await page.keyboard.press(await choose(true));
    assert.equal(await page.evaluate(() => book.player.position), asked, "what was asked about shows");
    const [top, bar] = [await question.boundingBox(), await page.locator("#fetch_parallel .controls").boundingBox()];
    for (const line of await page.locator("#fetch_parallel .line.lit").all()) {
      const { y, height } = await line.boundingBox();
      assert.ok(top.y >= 0 && y > top.y + top.height && y + height <= bar.y, `${top.y}, ${y} to ${y + height}, ${bar.y}`);
    }
    assert.match(await question.locator("[role=status]").innerText(), lang === "en" ? /^Yes: .+\. .+\.$/ : /^Да: .+\. .+\.$/);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press(await choose(false));
    assert.match(await question.locator("[role=status]").innerText(), lang === "en" ? /^No: / : /^Нет: /);
    assert.match(await question.locator(".score").innerText(), /1 .* 2/);
    await page.keyboard.press("Escape");
    assert.ok(!await question.isVisible());
    assert.ok(await page.locator(".page:not([hidden]) .timelines").isVisible());
    assert.ok(!await page.evaluate(() => Object.keys(localStorage).some((key) => /predict|score/.test(key))));
    await close();
  });
}

test("says why, by the reasons in the recording", async () => {
  const { page, close } = await open("#gather_keeps_order");
  const why = (lang) => page.evaluate((lang) => {
    const [track] = book.player.lockstep.tracks;
    const resumes = track.steps.findIndex(([event]) => event === "r");
    const prints = track.steps.findIndex(([event], place) => event === "p" && place > resumes);
    return [resumes, prints].map((place) => whyOf(track, place, lang));
  }, lang);
  const [resumes, prints] = await why("en");
  assert.match(resumes, /^\d+: cook 2 resumes, woken by the event loop\. It had waited for a timer until 0\.2\d s\.$/);
  assert.match(prints, /^cook 2 has had control since line \d+, woken by the event loop\.$/);
  const [resumed, printed] = await why("ru");
  assert.match(resumed, /^\d+: cook 2 продолжает, её разбудил цикл событий\. До этого она ждала таймера до 0,2\d с\.$/);
  assert.match(printed, /^У cook 2 управление со строки \d+, её разбудил цикл событий\.$/);
  await close();
});

test("at the end there is nothing left to ask, and it says so", async () => {
  const { page, close } = await open("#fetch_parallel");
  await page.keyboard.press("End");
  await page.keyboard.press("q");
  assert.match(await page.locator(".question").innerText(), /Nothing is left to predict/);
  await page.keyboard.press("1");
  await page.keyboard.press("n");
  await page.waitForFunction(() => !document.querySelector(".question"));
  await close();
});
