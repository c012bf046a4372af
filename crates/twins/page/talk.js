// Talk mode: slides that fill the screen, for an audience and a clicker. A talk is a list of pairs,
// with words between them: one of the files in `talks/`, an address `#talk=race@20,timeout`, or the
// whole book from where one is.
//
//   #talk=NAME/SLIDE/PROGRAMS/STEP/LANGUAGE   NAME is a talk's, or names of pairs; what follows is optional
//   #embed=race@20                            one pair alone, for a frame on a page of others

const talk = {
  /** The talk that is given, or `null`: then nothing of this shows. */
  now: null,
  place: 0,
  /** How much larger than what fits the screen. */
  scale: Number(memory.get("scale")) || 1,
  embedded: false,

  get on() { return document.body.classList.contains("talk"); },
  get slide() { return this.now?.slides[this.place] ?? null; },
  get isDark() { return !find("#dark").hidden; },

  /** The talks of the book's file. */
  get all() {
    this.read ??= JSON.parse(find("#talks")?.textContent ?? "[]");
    return this.read;
  },

  /** Takes the addresses that mean a talk or a frame. */
  route(hash) {
    const [, kind, rest] = hash.match(/^#(talk|embed)=(.*)$/s) ?? [];
    if (!kind) return false;
    let text = rest;
    try { text = decodeURIComponent(rest); } catch { /* then as it stands */ }
    const [name, place, programs, step, lang] = text.split("/");
    const missing = [];
    this.now = kind === "embed" ? this.listed(name.split(",")[0], missing)
      : this.named(name) ?? this.listed(name, missing);
    this.embedded = kind === "embed";
    if (!this.now) {
      // Nothing of it is there: the first page says what is near.
      book.go("#", missing);
      return true;
    }
    if (lang) book.speak(lang);
    // A slide's number, as people count; what is none, or beyond, is the nearest.
    const asked = place ? address.step(place) : 1;
    this.place = Math.min(Math.max(asked ?? 1, 1), this.now.slides.length) - 1;
    if (asked !== this.place + 1) missing.push([place, String(this.place + 1)]);
    this.enter();
    this.open({ programs, step, missing });
    return true;
  },

  /** The talk of this name: one of the file's, or the whole book. */
  named(name) {
    if (name === "book") {
      return { id: "book", slides: pages.all.map((page) => ({ pair: { id: page.id } })) };
    }
    const found = this.all.find((one) => one.id === name);
    return found && { ...found, slides: slidesOf(found) };
  },

  /** The talk of a list such as `race@20,timeout_by_hand`; what is not there is left out, and said. */
  listed(text, missing) {
    const slides = text.split(",").filter(Boolean).flatMap((name) => {
      const [full, step] = name.split("@");
      const pair = this.pairOf(full);
      if (pair) return [{ pair: { ...pair, step: step ?? "" } }];
      const known = [...pages.all.map((page) => page.id), ...this.all.map((one) => one.id)];
      const near = address.nearest(full, known);
      missing.push([full, near, `#${this.all.some((one) => one.id === near) ? "talk=" : ""}${near}`]);
      return [];
    });
    return slides.length ? { id: text, slides, missing } : null;
  },

  /** A pair, or one of its variants, by a name as the tool takes it: `race`, `race_by_hand`. */
  pairOf(name) {
    const page = pages.all.find((page) => page.id === name)
      ?? pages.all.filter((page) => name.startsWith(`${page.id}_`)).sort((a, b) => b.id.length - a.id.length)[0];
    if (!page) return null;
    const variant = name.slice(page.id.length + 1);
    const has = !variant || pages.source(page).includes(`data-program="${variant}"`);
    return has ? { id: page.id, variant: variant || "rust" } : null;
  },

  /** Puts the window into talk mode. */
  enter() {
    if (this.on) return;
    document.body.classList.add("talk");
    document.body.classList.toggle("embed", this.embedded);
    for (const button of findAll("[data-do=talk]")) set(button, { "aria-pressed": true });
    this.want();
  },

  /** Shows the slide, at a step if it is given; otherwise where the talk has it. */
  open({ programs, step, missing = [] } = {}) {
    const { pair } = this.slide;
    const frame = find("#slide");
    frame.hidden = Boolean(pair);
    this.dark(false);
    if (pair) {
      const at = step || pair.step || 0;
      this.going = true;
      book.go(`#${pair.id}/${programs || pair.variant || "rust"}/${at}`, missing);
      this.going = false;
    } else {
      this.going = true;
      book.go("#", missing);
      this.going = false;
      find("#cover").hidden = true;
      frame.replaceChildren(...wordsOfSlide(this.slide, this.now));
      document.title = `${pick(find("h2", frame))} · Twins`;
    }
    this.write();
    this.fit();
    document.dispatchEvent(new CustomEvent("slide"));
  },

  /** Where the talk is: what a reload needs. */
  address() {
    const player = book.player;
    const name = encodeURI(this.now.id);
    const at = player ? `${player.names}/${player.position}` : "/";
    return `#${this.embedded ? "embed" : "talk"}=${name}/${this.place + 1}/${at}/${language()}`;
  },

  write() {
    history.replaceState(null, "", this.address());
  },

  /** On to the next slide, or back to the end of the one before. */
  turn(by, atEnd = false) {
    const place = this.place + by;
    if (!this.now.slides[place]) return false;
    this.place = place;
    history.pushState(null, "", location.hash);
    this.open(atEnd && this.slide.pair ? { step: String(this.lastOf(this.slide.pair)) } : {});
    return true;
  },

  lastOf({ id, variant = "rust" }) {
    const player = pages.player(pages.get(id));
    player?.compare(variant);
    return player?.length ?? "";
  },

  /** What a clicker does: a step, and after the last one the next slide. */
  go(by) {
    if (this.isDark) return this.dark(false);
    const player = book.player;
    const end = player && (by > 0 ? player.length : 0);
    if (player && player.position !== end) return player.go(by);
    this.turn(by, by < 0);
  },

  /** Nothing to look at but the speaker. */
  dark(on = !this.isDark) {
    find("#dark").hidden = !on;
  },

  /** From a pair's page: the whole book as a talk, from here; and back to the page. */
  toggle(on = !this.on) {
    if (on === this.on) return;
    if (on) {
      // A pair's page, or the first of all.
      const id = book.page?.id ?? pages.all[0].id;
      const { names, position } = book.player ?? { names: "", position: "" };
      this.now = this.named("book");
      this.place = this.now.slides.findIndex(({ pair }) => pair.id === id);
      this.enter();
      this.open({ programs: names, step: String(position) });
      // The page fills the window; the browser may refuse to fill the screen, and nothing is lost.
      document.documentElement.requestFullscreen?.().catch(() => {});
    } else {
      this.leave();
      if (book.player) {
        history.replaceState(null, "", address.write(book.player, language()));
        book.player.fit();
      } else {
        location.hash = "#";
        book.go("#");
      }
    }
  },

  leave() {
    document.body.classList.remove("talk", "embed", "wanted", "columns", "rows");
    this.now = null;
    this.embedded = false;
    this.dark(false);
    find("#slide").hidden = true;
    for (const button of findAll("[data-do=talk]")) set(button, { "aria-pressed": false });
    for (const side of book.player?.sides ?? []) {
      side.folds?.set(new Set());
      side.shown = null;
    }
    if (document.fullscreenElement) document.exitFullscreen();
  },

  /** A page that was opened within a talk, by a link or the search: its slide, or one of its own. */
  follow(player) {
    if (this.going) return;
    if (!book.page || !player) return this.leave();
    const place = this.now.slides.findIndex(({ pair }) => pair?.id === book.page.id);
    if (place >= 0) this.place = place;
    else {
      this.now = this.named("book");
      this.place = this.now.slides.findIndex(({ pair }) => pair.id === book.page.id);
    }
    find("#slide").hidden = true;
    this.write();
    this.fit();
    document.dispatchEvent(new CustomEvent("slide"));
  },

  resize(by) {
    this.scale = Math.max(0.7, Math.min(1.8, by ? this.scale * by : 1));
    memory.set("scale", this.scale);
    this.fit();
  },

  /** Sizes the type from the screen, and folds what then has no room. */
  fit() {
    if (!this.on) return;
    const { width, height } = { width: innerWidth, height: innerHeight };
    const rows = width / height < 1.5;
    document.body.classList.toggle("rows", rows);
    document.body.classList.toggle("columns", !rows);
    const style = document.documentElement.style;
    style.setProperty("--words-size", `${Math.min(width / 28, height / 13) * this.scale}px`);
    const player = book.player;
    if (!player) return;
    const columns = player.sides.map((side) => columnsOf(side));
    const size = talkSize({ width, height, columns, rows }) * this.scale;
    style.setProperty("--talk-size", `${size.toFixed(2)}px`);
    columns.forEach((own, side) => style.setProperty(`--columns-${side}`, `${own}fr`));
    player.timeline.fit();
    for (const side of player.sides) side.count();
    this.room = null;
    this.fold(player);
    // What is lit may stand elsewhere now.
    for (const side of player.sides) side.shown = null;
    player.show();
  },

  /** Folds both programs for the room that they have. */
  fold(player) {
    this.room ??= player.sides.map((side) => {
      const style = getComputedStyle(side.code);
      const inner = side.code.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
      return Math.floor(inner / parseFloat(style.lineHeight));
    });
    player.sides.forEach((side, index) => {
      if (side.folds?.lines !== side.lines || side.folds.track !== side.track) {
        side.folds?.set(new Set());
        side.folds = new Folds(side);
      }
      const moved = side.folds.fit(this.room[index], player.lockstep.at(player.position)[index]);
      if (moved) side.follow();
    });
  },

  /** The controls come when the hand moves, and go when it rests. */
  want() {
    document.body.classList.add("wanted");
    clearTimeout(this.resting);
    this.resting = setTimeout(() => document.body.classList.remove("wanted"), 2500);
  },
};

/** Columns of a side: its longest line of code, up to the 68 that a program may have. Comments and what follows a line may go on below. */
function columnsOf(side) {
  const longest = Math.max(...side.lines.map((line) => {
    const copy = line.cloneNode(true);
    for (const beside of findAll(".c, .who, .mark", copy)) beside.remove();
    return copy.textContent.trimEnd().length;
  }));
  return Math.max(36, Math.min(longest, 68)) + GUTTER;
}

/** Columns beside a line of code: its number, and a little room. */
const GUTTER = 4;

/** The size of the type, in pixels: as large as the longest lines allow, within what an audience can
    read and what leaves enough lines. */
function talkSize({ width, height, columns: [left, right], rows }) {
  const letter = letterWidth();
  // What talk.css leaves around the code, in hundredths of the height, and thin lines.
  const room = rows ? (width - height * 0.036) * 0.74 - height * 0.004 - 4 : width - height * 0.043 - 6;
  const fits = room / ((rows ? Math.max(left, right) : left + right) * letter);
  return Math.max(height * 0.02, Math.min(fits, height * (rows ? 0.03 : 0.034)));
}

/** How wide a letter of the code is, in its own size. */
function letterWidth() {
  if (!letterWidth.known) {
    const probe = document.body.appendChild(make("code", { class: "probe" }, "0".repeat(100)));
    letterWidth.known = probe.getBoundingClientRect().width / 100 / parseFloat(getComputedStyle(probe).fontSize);
    probe.remove();
  }
  return letterWidth.known;
}

/** The slides of a talk's file: its title, then words and pairs as they come. */
function slidesOf({ title, subtitle, minutes, parts }) {
  const slides = [{ title, words: subtitle, isTitle: true, at: 0, minutes: 0 }];
  for (const part of parts) {
    const { pair, title, words, notes, at } = part;
    if (title || words) slides.push({ title, words, notes, at, minutes: pair ? 0 : part.minutes });
    if (pair) slides.push({ pair, notes, at, minutes: part.minutes });
  }
  return slides;
}

/** A slide of words: a heading, and a paragraph a line. */
function wordsOfSlide({ title, words, isTitle }, { minutes }) {
  const text = (own) => both(own.en, own.ru);
  const lines = (own) => {
    const [en, ru] = [own.en.split("\n"), own.ru.split("\n")];
    const paragraphs = (texts, lang) => texts.filter(Boolean).map((line) => make("p", { lang }, ...inline(line)));
    return [...paragraphs(en, "en"), ...paragraphs(ru, "ru")];
  };
  return [
    make("h2", {}, title ? text(title) : ""),
    ...(words ? lines(words) : []),
    isTitle ? make("p", { class: "minutes" }, both(`${minutes} minutes`, `${minutes} мин`)) : null,
  ].filter(Boolean);
}

/** What stands between backticks is code. */
function inline(text) {
  return text.split("`").map((part, index) => (index % 2 ? make("code", {}, part) : part));
}

book.routes.push((hash) => talk.route(hash));
document.addEventListener("page", ({ detail }) => { if (talk.on) talk.follow(detail); });
document.addEventListener("step", ({ detail }) => { if (talk.on && detail === book.player) talk.fold(detail); });
document.addEventListener("fullscreenchange", () => {
  if (!document.fullscreenElement && talk.on && !talk.embedded) talk.toggle(false);
});
addEventListener("resize", () => talk.fit());
addEventListener("pointermove", () => { if (talk.on) talk.want(); });

// After the book's own, which mean less here.
talk.addKeys = () => {
keys.add({ t: () => talk.toggle() }, () => book.page || talk.on);
keys.add({
  "+": () => talk.resize(1.08),
  "=": () => talk.resize(1.08),
  "-": () => talk.resize(1 / 1.08),
  0: () => talk.resize(0),
  ArrowRight: () => talk.go(1),
  PageDown: () => talk.go(1),
  // Elsewhere they scroll the page.
  ArrowDown: () => talk.go(1),
  Enter: () => talk.go(1),
  ArrowLeft: () => talk.go(-1),
  PageUp: () => talk.go(-1),
  ArrowUp: () => talk.go(-1),
  n: () => talk.turn(1),
  p: () => talk.turn(-1),
  b: () => talk.dark(),
  ".": () => talk.dark(),
  Escape: () => (talk.isDark ? talk.dark(false) : talk.embedded || talk.toggle(false)),
}, () => talk.on);
// A slide of words has nothing to play: space goes on.
keys.add({ " ": () => talk.go(1) }, () => talk.on && !book.player);
};
