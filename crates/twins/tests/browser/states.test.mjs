// What holds after each step of each program of each pair, from the book's own file and script, without
// a browser: `book.test.mjs` shows that the page shows it.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { pages, plain, script } from "./book-file.mjs";

const { Track, Lockstep, Scale, STRIDES, EVENTS, KEPT, LOOP, wordsOf, reasonWords, waitedFor, address } =
  script("playback.js", "words.js", "scale.js", "address.js");
const recorded = pages().filter(({ data }) => data);

/** Each two programs of a pair, with its rows. */
function* locksteps({ id, data }) {
  for (const [names, rows] of Object.entries(data.rows)) {
    const [left, right] = names.split(" ");
    yield { id, left, right, lockstep: new Lockstep(new Track(data.programs[left]), new Track(data.programs[right]), rows) };
  }
}

describe("stepping through every pair", () => {
  test("lights lines that exist and ends with what was recorded, whichever two programs are shown", () => {
    assert.ok(recorded.length > 50, `${recorded.length} pairs`);
    for (const page of recorded) {
      const lines = Object.fromEntries([...page.text.matchAll(/data-program="(\w+)">\s*<div class="caption">([\s\S]*?)<\/pre>/g)]
        .map(([, name, code]) => [name, code.split('class="line"').length - 1]));
      const all = plain(/<section class="whole-output">[\s\S]*?<pre[^>]*>([\s\S]*?)<\/pre>/.exec(page.text)[1]);
      const own = Object.fromEntries([...page.text.matchAll(/class="by-design" data-program="(\w+)">[\s\S]*?<pre[^>]*>([\s\S]*?)<\/pre>/g)]
        .map(([, name, output]) => [name, plain(output)]));
      for (const { id, left, right, lockstep } of locksteps(page)) {
        const at = `${id}, ${left} | ${right}`;
        assert.ok(lockstep.length > 1, at);
        const names = [left, right];
        const lit = [0, 0];
        for (let position = 1; position <= lockstep.length; position++) {
          const reached = lockstep.at(position);
          const before = lockstep.at(position - 1);
          assert.ok(reached.every((step, side) => step - before[side] >= 0 && step - before[side] <= 1), `${at}, ${position}`);
          assert.ok(lockstep.moved(position).some(Boolean), `${at}, ${position}: nobody steps`);
          lockstep.tracks.forEach((track, side) => {
            const [event, activation, line] = track.steps[Math.max(reached[side], 0)];
            assert.ok(EVENTS[event] && track.activations[activation], `${at}, ${position}`);
            assert.ok(line >= 1 && line <= lines[names[side]], `${at}, ${position}: no line ${line}`);
            lit[side] += Number(reached[side] >= 0);
          });
        }
        assert.ok(lit[0] > 0 && lit[1] > 0, at);
        assert.equal(String(lockstep.at(lockstep.length)), String(lockstep.tracks.map((track) => track.length - 1)), at);
      }
      for (const [name, program] of Object.entries(page.data.programs)) {
        const track = new Track(program);
        const { output } = track.stateAt(track.length - 1);
        const cut = program.steps.some(([event, , , steps]) => event === "f" && steps === 0);
        const whole = own[name] ?? all;
        // A pair with cases prints one of them.
        const right = cut ? whole.startsWith(output) : whole === output || whole.includes(output);
        assert.ok(right, `${page.id}, ${name} ends with ${JSON.stringify(output.slice(-200))}`);
      }
    }
  });

  test("is the same from a state that is kept as from the start", () => {
    for (const { id, data } of recorded) {
      for (const [name, program] of Object.entries(data.programs)) {
        const track = new Track(program);
        const state = { last: -1, line: null, live: new Map(), running: [], length: 0 };
        for (let place = 0; place < track.length; place++) {
          track.apply(state, place);
          // All of a short run, and of a long one what stands around the states that are kept.
          if (track.length > 400 && (place + 1) % KEPT > 1 && place % 7) continue;
          const found = track.stateAt(place);
          const at = `${id}, ${name}, ${place}`;
          assert.deepEqual([...found.running], state.running, at);
          assert.equal(found.line, state.line, at);
          assert.equal(found.output.length, state.length, at);
          assert.equal(JSON.stringify([...found.live]), JSON.stringify([...state.live]), at);
        }
      }
    }
  });

  test("says something of each step, in both languages", () => {
    for (const { id, data } of recorded) {
      const track = new Track(data.programs.rust);
      for (let place = 0; place < track.length; place++) {
        const [en, ru] = ["en", "ru"].map((lang) => wordsOf(track, place, lang));
        assert.match(en, /^\d+: \S+ \w/, `${id}, ${place}`);
        assert.match(ru, /[а-я]/, `${id}, ${place}`);
        assert.ok(!/undefined|null,|\[object/.test(en + ru), `${id}, ${place}: ${en}`);
      }
    }
  });
});

/** A step costs what lies between two states that are kept, wherever it is. */
test("any step of the longest recording is reached in the same time", () => {
  const programs = recorded.flatMap(({ data }) => Object.values(data.programs));
  const longest = programs.reduce((one, other) => (one.steps.length > other.steps.length ? one : other));
  const track = new Track(longest);
  let applied = 0;
  const apply = track.apply.bind(track);
  track.keep();
  track.apply = (...rest) => {
    applied += 1;
    apply(...rest);
  };
  for (let place = -1; place < track.length; place++) {
    applied = 0;
    track.stateAt(place);
    assert.ok(applied <= KEPT, `${applied} steps were taken again for ${place}`);
  }
});

describe("coarser steps", () => {
  const { data } = recorded.find(({ id }) => id === "fetch_parallel");
  const lockstep = new Lockstep(new Track(data.programs.python), new Track(data.programs.rust), data.rows["python rust"]);

  test("go to a switch of control and to a line of output, both ways", () => {
    for (const [stride, holds] of [["output", (event) => event === "p"], ["switch", (event) => !"lpf".includes(event)]]) {
      const there = [];
      for (let position = 0; position < lockstep.length;) {
        position = lockstep.next(position, 1, STRIDES[stride]);
        if (lockstep.stepsAt(position).some((step) => step && holds(step[0]))) there.push(position);
      }
      const all = [];
      for (let position = 1; position <= lockstep.length; position++) {
        if (lockstep.stepsAt(position).some((step) => step && holds(step[0]))) all.push(position);
      }
      assert.deepEqual(there, all);
      assert.ok(all.length > 5);
      assert.equal(lockstep.next(all[3], -1, STRIDES[stride]), all[2]);
      assert.equal(lockstep.next(all[0], -1, STRIDES[stride]), 0);
    }
  });
});

test("the moment of a side is found again beside another program", () => {
  for (const page of recorded) {
    const all = [...locksteps(page)].filter(({ left }) => left === "python").map(({ lockstep }) => lockstep);
    for (const [one, other] of all.slice(1).map((other) => [all[0], other])) {
      for (let position = 1; position <= one.length; position += 7) {
        const [step] = one.at(position);
        assert.equal(other.at(other.positionOf(0, step))[0], step, `${page.id}, ${position}`);
      }
    }
  }
});

describe("the timeline's scale", () => {
  test("leads from a place to the position there, and back", () => {
    for (const page of recorded) {
      for (const { id, lockstep } of locksteps(page)) {
        for (const kind of ["squeezed", "steps"]) {
          const scale = new Scale(lockstep, kind);
          for (let position = 0; position <= lockstep.length; position += 1 + Math.floor(lockstep.length / 60)) {
            assert.equal(scale.positionAt(scale.at(position)), position, `${id}, ${kind}, ${position}`);
          }
        }
        const scale = new Scale(lockstep, "seconds");
        for (let position = 1; position <= lockstep.length; position++) {
          assert.ok(scale.times[position] >= scale.times[position - 1], `${id}, ${position}`);
        }
      }
    }
  });

  test("shows each step where idle time is squeezed, and says how long that was", () => {
    const { data } = recorded.find(({ id }) => id === "fetch_parallel");
    const lockstep = new Lockstep(new Track(data.programs.python), new Track(data.programs.rust), data.rows["python rust"]);
    const [wait, ...more] = new Scale(lockstep, "squeezed").ticks("en").filter(({ text }) => parseFloat(text) > 1);
    assert.match(wait.text, /^2\.\d s$/);
    assert.equal(more.length, 0);
    const reached = new Set();
    for (let share = 0; share <= 1; share += 0.002) reached.add(new Scale(lockstep, "squeezed").positionAt(share));
    assert.equal(reached.size, lockstep.length + 1);
  });
});

test("what the recording tells of reasons is said in both languages, and nothing else", () => {
  const steps = [["s", 0, 1], ["s", 1, 2], ["w", 1, 3], ["w", 0, 1], ["r", 1, 3], ["c", 1, 3]];
  const activations = [["main", "coroutine", 0, 1], ["fetch", "coroutine", 0, 1]];
  const track = (reasons, times) => new Track({ activations, steps, times, reasons });
  const check = (reasons, place, en, ru, times) => assert.deepEqual(
    ["en", "ru"].map((lang) => wordsOf(track(reasons, times), place, lang)), [en, ru]);
  const waits = (...waits) => ({ 2: { waits } });
  check(waits(["timer", null, "0.3"]), 2, "3: fetch waits for a timer of 0.3 s", "3: fetch ждёт таймера на 0,3 с");
  check(waits(["timer", null, "0.3"]), 2, "3: fetch waits for a timer until 0.40 s", "3: fetch ждёт таймера до 0,40 с", [0, 0, 100, 100, 400, 400]);
  check(waits(["lock", 0, null]), 2, "3: fetch waits for a lock, held by main", "3: fetch ждёт блокировки, которую держит main");
  check(waits(["source", null, "rx.recv()"]), 2, "3: fetch waits for rx.recv()", "3: fetch ждёт rx.recv()");
  check({}, 2, "3: fetch waits, reason not recorded", "3: fetch ждёт, причина не записана");
  check({ 4: { by: null } }, 4, "3: fetch resumes, woken by the event loop", "3: fetch продолжает, её разбудил цикл событий");
  check({ 4: { by: 0, receives: "7" } }, 4, "3: fetch resumes, woken by main, receives 7", "3: fetch продолжает, её разбудила main, получает 7");
  check({ 5: { by: 0 } }, 5, "3: fetch is cancelled by main", "3: fetch отменена из main");
  check({}, 4, "3: fetch resumes", "3: fetch продолжает");
});

test("several of one function that are waited for are named together, and many are counted", () => {
  const waits = (numbers, ...more) => {
    const all = [["main", "coroutine", 0, 1], ...Array.from({ length: 20 }, (_, place) => ["fetch", "coroutine", 0, place + 1]), ["log", "coroutine", 0, 1]];
    const reasons = { 0: { waits: [...numbers.map((number) => ["activation", number, null]), ...more] } };
    const track = new Track({ activations: all, steps: [["w", 0, 1]], reasons });
    return ["en", "ru"].map((lang) => waitedFor(track, 0, lang)).join(" | ");
  };
  const task = ["activation", null, null];
  assert.equal(waits([1, 2, 3, 21]), "log, fetch 1–3 | log, fetch 1–3");
  assert.equal(waits([4, 1, 2]), "fetch 1, 2, 4 | fetch 1, 2, 4");
  assert.equal(waits([1, 3, 5, 7, 9, 11, 13, 15]), "fetch 1, 3, 5, 7, 9, 11, and 2 more | fetch 1, 3, 5, 7, 9, 11, и ещё 2");
  assert.equal(waits([1], task, task), "fetch 1, and 2 more | fetch 1, и ещё 2");
  assert.equal(waits([], task), "a task | задачи");
  assert.equal(waits([], task, task), "2 tasks | задач: 2");
  assert.equal(waits([], ["lock", 21, null]), "a lock, held by log | блокировки, которую держит log");
});

// The recorder leaves none out without saying so, and the page has a word for every kind.
test("every recorded reason has its words, in both languages", () => {
  let [told, untold] = [0, 0];
  for (const { id, data } of recorded) {
    for (const [name, program] of Object.entries(data.programs)) {
      const track = new Track(program);
      for (let place = 0; place < track.length; place++) {
        const [event] = track.steps[place];
        if (!track.reasons[place]) {
          untold += Number(event === "w");
          continue;
        }
        told += 1;
        for (const lang of ["en", "ru"]) {
          const said = reasonWords(track, place, lang);
          const at = `${id}, ${name}, ${place}: ${said}`;
          assert.match(said, lang === "en" ? /^(waits for \S|by |woken by |called by )/ : /^(ждёт \S|из |циклом |её разбудил|её вызвала )/, at);
          assert.ok(!/undefined|null|NaN|not recorded|не записана/.test(said), at);
          if (event === "w") assert.ok(said.length < 160, at);
        }
      }
    }
  }
  assert.ok(told > 1000, `${told} reasons, ${untold} suspensions without`);
});

// A future that is dropped once was said to raise, as one that fails is.
test("who is ended from outside is cancelled, dropped or closed, and does not raise", () => {
  const ends = (id, name) => {
    const track = new Track(recorded.find((page) => page.id === id).data.programs[name]);
    return track.steps.flatMap(([event], place) => ("xcod".includes(event) ? [wordsOf(track, place, "en").replace(/^\d+: \S+( \d+)? /, "")] : []));
  };
  assert.deepEqual([...new Set(ends("race", "rust"))], ["is dropped"]);
  assert.ok(ends("race", "python").every((words) => /^is cancelled( by |$)/.test(words)), `${ends("race", "python")}`);
  assert.ok(ends("throw_and_recovery", "python").every((words) => !words.startsWith("is dropped")));
});

test("an event loop acts where a program waits for it", () => {
  const activations = [["main", "function", 0, 1], ["main", "coroutine", 0, 1]];
  const steps = [["l", 0, 9], ["s", 1, 2], ["w", 1, 3], ["r", 1, 3], ["e", 1, 3], ["l", 0, 10]];
  const track = new Track({ activations, steps, loops: [9] }, true);
  const loop = steps.map((_, place) => track.stateAt(place).loop);
  assert.deepEqual(loop, [false, false, true, false, false, false]);
  // On the timeline it is one who acts, and has control while all wait; who runs it waits for it.
  const spansOf = (one) => [...track.spans()].filter(({ activation }) => activation === one)
    .map(({ begin, end, running }) => [begin, end, running]);
  assert.deepEqual(spansOf(LOOP), [[1, 2, false], [2, 3, true], [3, 4, false]]);
  assert.deepEqual(spansOf(0), [[0, 1, true], [1, 5, false], [5, 5, true]]);
  assert.deepEqual(steps.map((_, place) => track.wokenBy(place)), [null, LOOP, null, LOOP, null, null]);
  assert.equal(track.activations.map(({ label }) => label).join(), "<module>,main");
  const rust = new Track({ activations, steps, loops: [9] });
  assert.equal(rust.activations.map(({ label }) => label).join(), "main,main, async");
});

describe("addresses", () => {
  test("name a pair, its programs, a step and a language", () => {
    const read = (hash) => ({ ...address.read(hash) });
    assert.deepEqual(read("#race/native/20/ru"), { id: "race", programs: "native", step: "20", lang: "ru" });
    assert.deepEqual(read("#race@20"), { id: "race", programs: "", step: "20", lang: "" });
    assert.deepEqual(read("#%D1%8F%"), { id: "%D1%8F%", programs: "", step: "", lang: "" });
    assert.equal(address.step("1.5"), null);
    assert.equal(address.step("12"), 12);
  });

  test("that name nothing lead to the nearest", () => {
    assert.equal(address.nearest("fetch_paralell", recorded.map(({ id }) => id)), "fetch_parallel");
    assert.equal(address.nearest("natve", ["rust", "native", "by_hand"]), "native");
  });
});
