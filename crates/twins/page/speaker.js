// The speaker's window: now, next, notes, how far ahead or behind, a clock. It is this page with the
// address #speaker; book and speaker talk by postMessage, which works from file:// too.

const speaker = {
  is: location.hash === "#speaker",
  /** In the book: the windows that listen. One that is duplicated listens, too. */
  others: new Set(),

  open() {
    const opened = window.open(`${location.href.split("#")[0]}#speaker`, "twins-speaker", "width=1000,height=760");
    if (!opened) {
      find("#missing").hidden = false;
      find("#missing").replaceChildren(make("p", {}, both(
        "The browser has blocked the speaker's window: let this page open windows, then press s again.",
        "Браузер не дал открыть окно докладчика: разрешите этой странице открывать окна и снова нажмите s.")));
      return;
    }
    // Opened before, it only comes to the front.
    opened.focus();
    this.others.add(opened);
  },

  /** Tells each speaker's window where the book is. */
  tell() {
    for (const other of this.others) {
      if (other.closed) this.others.delete(other);
      else other.postMessage({ twins: "state", clock: this.clock, ...this.state() }, "*");
    }
  },

  /** What a speaker wants to know. */
  state() {
    const player = book.player;
    const { now, slide, place } = talk;
    const state = {
      lang: language(),
      scheme: document.documentElement.dataset.scheme,
      dark: talk.isDark,
      title: document.title.replace(/ · Twins$/, ""),
      place: now ? `${place + 1} / ${now.slides.length}` : "",
      following: now ? slideName(now.slides[place + 1]) : "",
      notes: slide?.notes ? slide.notes[language()].split("\n") : player
        ? findAll(`.look ul[lang=${language()}] li`, player.article).map((note) => note.textContent) : [],
      plan: null,
    };
    if (player) {
      const { position, length } = player;
      Object.assign(state, {
        step: `${position} / ${length}`,
        doing: player.words(position),
        next: position < length ? player.words(position + 1) : null,
        minutes: slide?.minutes ?? Number(player.article.dataset.minutes),
      });
    }
    // The book as a whole is no talk: nobody has planned its minutes.
    if (slide && now.minutes !== undefined) {
      const done = player?.length ? player.position / player.length : 0;
      state.plan = { at: slide.at + slide.minutes * done, whole: now.minutes };
    }
    return state;
  },

  /** In the book: listens to the speaker's windows. */
  listen() {
    for (const event of ["step", "page", "slide"]) document.addEventListener(event, () => this.tell());
    addEventListener("message", ({ data, source }) => {
      if (data?.twins === "hello") {
        this.others.add(source);
        // The clock's other home: where the browser stores nothing, a window that is loaded anew has it
        // from here.
        this.clock = later(this.clock, data.clock);
        this.tell();
      } else if (data?.twins === "key") {
        // A book that was loaded anew may hear a key before the window's next hello.
        this.others.add(source);
        keys.press(data.key);
      }
    });
  },

  /** In the speaker's window: builds it, and sends every key to the book. */
  begin() {
    document.body.className = "speaker";
    const list = find("#keys");
    const parts = {};
    const part = (name, element = "div") => (parts[name] = make(element, { class: name }));
    const heading = (en, ru) => make("h2", {}, both(en, ru));
    const button = (name, key, ...text) => {
      const made = make("button", { type: "button", "data-do": name, "aria-keyshortcuts": key }, ...text);
      made.addEventListener("click", () => clock[name]());
      return made;
    };
    document.body.replaceChildren(make("main", {},
      make("header", {},
        make("h1", { class: "unseen" }, both("Speaker", "Докладчик")),
        part("clock"), part("pace"), part("today"),
        make("p", { class: "buttons" },
          button("pause", "c", both("Pause or go on", "Пауза или дальше"), " ", make("kbd", {}, "c")),
          button("reset", "x", both("From zero", "С нуля"), " ", make("kbd", {}, "x")))),
      make("section", { class: "about" },
        part("title"), make("p", {}, part("place", "span"), " ", part("step", "span"), " ", part("minutes", "span"))),
      make("section", {}, heading("Now", "Сейчас"), part("doing")),
      make("section", {}, heading("Next", "Дальше"), part("next")),
      make("section", { class: "long" }, heading("Notes", "Заметки"), part("notes"))), list);
    set(parts.pace, { role: "status" });

    const say = (state) => {
      set(document.documentElement, { lang: state.lang, "data-scheme": state.scheme });
      document.title = [state.step, state.title].filter(Boolean).join(" · ");
      document.body.classList.toggle("lost", false);
      parts.title.textContent = state.title;
      parts.place.textContent = state.place;
      parts.step.textContent = state.step ?? "";
      parts.minutes.replaceChildren(state.minutes ? both(`${state.minutes} min`, `${state.minutes} мин`) : "");
      parts.notes.replaceChildren(...state.notes.map((note) => make("p", {}, note)));
      const rows = (words) => words.map((text, side) => make("p", { class: side ? "right" : "left" }, text || "·"));
      parts.doing.replaceChildren(...(state.dark ? [both("the screen is dark: b", "экран погашен: b")]
        : state.doing ? rows(state.doing) : []));
      const after = state.following ? both(`${state.following}`, `${state.following}`) : both("the end", "конец");
      parts.next.replaceChildren(...(state.next ? rows(state.next) : []), make("p", { class: "following" }, "→ ", after));
      this.plan = state.plan;
      clock.take(state.clock);
      tick();
    };
    const tick = () => {
      const passed = clock.passed();
      parts.clock.textContent = minutes(passed);
      parts.clock.classList.toggle("still", !clock.runs);
      parts.today.textContent = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
      parts.pace.replaceChildren(...(this.plan ? [paceOf(passed, this.plan)] : []));
    };
    const hello = () => {
      if (opener && !opener.closed) return opener.postMessage({ twins: "hello", clock: clock.now }, "*");
      if (document.body.classList.contains("lost")) return;
      document.body.classList.add("lost");
      parts.title.replaceChildren(both("The book's window is gone: open the book again, and press s there.",
        "Окна книги больше нет: откройте книгу снова и нажмите там s."));
      for (const name of ["doing", "next", "notes", "place", "step", "minutes"]) parts[name].replaceChildren();
    };
    clock.changed = () => {
      hello();
      tick();
    };
    hello();
    tick();
    // Every second, so that a book which was loaded anew finds this window again.
    setInterval(() => {
      hello();
      tick();
    }, 1000);
    addEventListener("message", ({ data, source }) => {
      if (source === opener && data?.twins === "state") say(data);
    });
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || list.open) return;
      const key = keyName(event);
      if (document.activeElement.matches("button") && (key === " " || key === "Enter")) return;
      // Tab, F5, F11 and the like are this window's, and so is what the book would open itself.
      if (!/^((Shift\+)?Arrow.*|Page.*|Home|End|Escape|Enter|[^s/])$/.test(key)) return;
      event.preventDefault();
      if (key === "?") list.showModal();
      else if (key === "c") clock.pause();
      else if (key === "x") clock.reset();
      else {
        if (/^(Arrow(Right|Down)|PageDown|Enter| |n)$/.test(key)) clock.start();
        opener?.postMessage({ twins: "key", key }, "*");
      }
    });
  },
};

/** The speaker's clock: it begins with the first move on, pauses, and survives a reload: what it needs
    to go on is in the browser's store, or, where that is refused, in the book's window. */
const clock = {
  /** `since`: when it was last started, or `null`; `before`: what had passed until then, in
      milliseconds; `set`: when somebody last touched it. */
  now: storedClock() ?? { since: null, before: 0, set: 0 },
  changed: () => {},

  get runs() { return this.now.since !== null; },

  /** Milliseconds. */
  passed() { return this.now.before + (this.runs ? Date.now() - this.now.since : 0); },

  start() {
    if (!this.runs && this.now.before === 0) this.put(Date.now(), 0);
  },
  pause() { this.put(this.runs ? null : Date.now(), this.passed()); },
  reset() { this.put(null, 0); },

  put(since, before) {
    this.now = { since, before, set: Date.now() };
    memory.set("clock", JSON.stringify(this.now));
    this.changed();
  },

  take(other) { this.now = later(this.now, other); },
};

/** The clock that the browser has stored; not one of another day. */
function storedClock() {
  try {
    const stored = JSON.parse(memory.get("clock"));
    return Date.now() - stored.set < 4 * 3600000 ? stored : null;
  } catch {
    return null;
  }
}

const later = (one, other) => ((other?.set ?? 0) > (one?.set ?? 0) ? other : one);

/** 12:05. */
function minutes(milliseconds) {
  const seconds = Math.floor(milliseconds / 1000);
  return `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Ahead of the plan, behind it, or within half a minute of it. */
function paceOf(passed, { at, whole }) {
  const behind = passed - at * 60000;
  const by = minutes(Math.abs(behind));
  const [pace, text] = Math.abs(behind) < 30000 ? ["on-time", both("on time", "по плану")]
    : behind > 0 ? ["behind", both(`${by} behind`, `отставание ${by}`)]
      : ["ahead", both(`${by} ahead`, `запас ${by}`)];
  return make("span", { class: pace }, text, both(` · of ${whole} min`, ` · из ${whole} мин`));
}

/** What comes after this slide, in the reader's language. */
function slideName(slide) {
  if (!slide) return "";
  if (slide.title) return slide.title[language()];
  return slide.pair ? pages.title(pages.get(slide.pair.id)).map((node) => (node.nodeType === 1 && node.lang && node.lang !== language() ? "" : node.textContent)).join("").trim() : "";
}

/** An element's text in the reader's language. */
function pick(element) {
  return (find(`[lang=${language()}]`, element) ?? element).textContent;
}

keys.add({ s: () => speaker.open() }, () => book.player || talk.on);
