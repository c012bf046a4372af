// The book: which page shows, in which language, and what the keys do.

const book = {
  pages: findAll(".page"),
  players: new Map(),
  player: null,

  /** Goes where the address says: #PAIR/VARIANT/STEP/LANGUAGE, all but the first optional. */
  go(address = location.hash) {
    // What was about to be written there no longer holds.
    clearTimeout(this.address);
    const [id, variant, step, lang] = address.slice(1).split("/");
    const target = id ? document.getElementById(id) : null;
    const page = target?.closest(".page");
    if (lang) this.speak(lang);
    this.player?.pause();
    find("#cover").hidden = Boolean(page);
    for (const other of this.pages) other.hidden = other !== page;
    for (const link of findAll("#contents [data-page]")) {
      set(link, { "aria-current": link.dataset.page === page?.id ? "page" : "false" });
    }
    this.page = page;
    this.player = page && !("still" in page.dataset) ? this.open(page) : null;
    if (!this.player) {
      // The cover has no program to talk about, and no key that would end the talk; a pair that was
      // not recorded has nothing to step through.
      if (talk.on) talk.toggle(false);
      return this.name();
    }
    if (target === page) {
      if (variant) this.player.choose(variant);
      if (step) this.player.seek(Number(step) || 0);
      if (this.player.position === 0) scrollTo(0, 0);
    } else {
      target.scrollIntoView({ block: "center" });
    }
    this.player.fit();
    this.player.show();
    if (target === page && this.player.position > 0) this.player.bring();
    this.name();
    speaker.tell();
  },

  /** The page's player, made when the page is first opened. */
  open(page) {
    if (!this.players.has(page)) {
      const player = new Player(page);
      player.changed = () => this.moved(player);
      this.players.set(page, player);
    }
    return this.players.get(page);
  },

  /** Keeps the address and the speaker's window at the step. */
  moved(player) {
    if (player !== this.player) return;
    const address = `#${player.id}/${player.chosen}/${player.position}/${language()}`;
    clearTimeout(this.address);
    // Browsers refuse too many changes of the address in a row.
    this.address = setTimeout(() => history.replaceState(null, "", address), 150);
    speaker.tell();
  },

  turn(by) {
    const index = this.pages.indexOf(this.page);
    const page = this.pages[index + by];
    if (page) location.hash = `#${page.id}`;
  },

  speak(lang) {
    if (lang !== "en" && lang !== "ru") return;
    document.documentElement.lang = lang;
    memory.set("language", lang);
    set(find("#search"), { placeholder: inLanguage("Search", "Поиск") });
    if (this.player) {
      this.player.fit();
      this.moved(this.player);
    }
    this.name();
  },

  paint(scheme) {
    document.documentElement.dataset.scheme = scheme;
    memory.set("scheme", scheme);
  },

  name() {
    const title = this.page && pick(find("h2", this.page));
    document.title = title ? `${title} · Twins` : "Twins";
  },

  /** Does what a key means; tells whether it means anything. */
  key(key) {
    const player = this.player;
    const general = {
      "?": () => find("#keys").showModal(),
      "/": () => find("#search").focus(),
      l: () => this.speak(language() === "ru" ? "en" : "ru"),
      n: () => this.turn(1),
      p: () => this.turn(-1),
    };
    const playing = player && {
      // Elsewhere they scroll the page.
      ArrowDown: talk.on ? player.actions.forward : null,
      ArrowUp: talk.on ? player.actions.back : null,
      ArrowRight: player.actions.forward,
      PageDown: player.actions.forward,
      ArrowLeft: player.actions.back,
      PageUp: player.actions.back,
      " ": player.actions.play,
      Home: player.actions.first,
      End: player.actions.last,
      "+": () => talk.resize(2),
      "=": () => talk.resize(2),
      "-": () => talk.resize(-2),
      t: () => talk.toggle(),
      a: player.actions.axis,
      s: () => speaker.open(),
      Escape: talk.on ? () => talk.toggle(false) : null,
    };
    const action = playing?.[key] ?? general[key];
    action?.();
    if (/^(Arrow|Page|Home|End| )/.test(key)) player?.bring();
    return Boolean(action);
  },

  begin() {
    const asked = document.documentElement.dataset.language;
    this.speak(memory.get("language") ?? asked ?? (navigator.language.startsWith("ru") ? "ru" : "en"));
    const scheme = memory.get("scheme");
    if (scheme) this.paint(scheme);
    find("#language").addEventListener("click", () => this.key("l"));
    find("#scheme").addEventListener("click", () => {
      const dark = getComputedStyle(document.documentElement).colorScheme === "dark"
        || (!document.documentElement.dataset.scheme && matchMedia("(prefers-color-scheme: dark)").matches);
      this.paint(dark ? "light" : "dark");
    });
    find("#search").addEventListener("input", (event) => search(event.target.value));
    for (const button of findAll(".copy")) {
      button.addEventListener("click", () => copy(button));
    }
    this.pages.forEach((page, index) => {
      const link = (other, mark) => other && make("a", { href: `#${other.id}` }, mark, " ",
        ...[...find("h2", other).childNodes].map((node) => node.cloneNode(true)));
      find(".turn", page).append(...[link(this.pages[index - 1], "←"), link(this.pages[index + 1], "→")].filter(Boolean));
    });
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || find("dialog[open]")) return;
      const own = document.activeElement;
      const key = keyName(event);
      // A focused control keeps the keys that it can't do without.
      if (own.matches("input[type=search], textarea")
        || (own.matches("button, select, summary") && key === " ")
        || (own.matches("select, pre, ul") && /^Arrow(Up|Down)$/.test(key))) return;
      if (this.key(key)) event.preventDefault();
    });
    find("#search").addEventListener("keydown", (event) => {
      const first = find("#contents section:not([hidden]) li:not([hidden]) a");
      if (event.key !== "Enter" || !first) return;
      location.hash = first.hash;
      find("#main").focus();
    });
    find(".skip").addEventListener("click", (event) => {
      // Its address would be no page's.
      event.preventDefault();
      find("#main").focus();
    });
    // Of the event, since the address itself may have been written over in between.
    addEventListener("hashchange", (event) => this.go(new URL(event.newURL).hash));
    addEventListener("beforeprint", () => this.player && transcribe(this.player));
    speaker.listen();
    this.go();
  },
};

/** Copies a program as it stands in its file. */
async function copy(button) {
  const code = find(".code", button.closest(".program")).cloneNode(true);
  for (const ours of findAll(".mark, .who", code)) ours.remove();
  const text = code.textContent.trimStart().replace(/\s*$/, "\n");
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.body.appendChild(make("textarea", { class: "unseen" }, text));
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  button.classList.add("done");
  setTimeout(() => button.classList.remove("done"), 1500);
}

/** Writes the steps of a pair as a table, for print. */
function transcribe(player) {
  const body = make("tbody");
  for (let position = 1; position <= player.lockstep.length; position++) {
    body.append(make("tr", {}, make("th", { scope: "row" }, String(position)),
      ...player.words(position).map((words) => make("td", {}, words))));
  }
  const head = make("thead", {}, make("tr", {}, ...["", "Python", "Rust"].map((name) => make("th", { scope: "col" }, name))));
  const place = find(".transcript", player.article);
  place.replaceChildren(make("h3", {}, both("The steps", "Шаги")), make("table", {}, head, body));
}

if (speaker.is) speaker.begin();
else book.begin();
