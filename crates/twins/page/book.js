// The book: which page shows, in which language, and what the keys do.

const book = {
  page: null,
  player: null,
  /** What else an address may mean: each is asked first, and tells whether it has gone there. */
  routes: [],

  /** Goes where the address says; `missing` is what is known already not to be there. */
  go(hash = location.hash, missing = []) {
    // What was about to be written there no longer holds.
    clearTimeout(this.writing);
    if (this.routes.some((route) => route(hash))) return;
    const { id, programs, step, lang } = address.read(hash);
    const page = id ? pages.get(id) ?? pages.holding(id) : null;
    if (id && !page) missing.push([id, address.nearest(id, pages.all.map((page) => page.id))]);
    if (lang) this.speak(lang);
    this.player?.pause();
    find("#cover").hidden = Boolean(page);
    for (const other of pages.all) other.hidden = other !== page;
    for (const link of findAll("#contents [data-page]")) {
      const is = link.dataset.page === page?.id;
      set(link, { "aria-current": is ? "page" : "false" });
      if (is) link.scrollIntoView({ block: "nearest" });
    }
    this.page = page;
    this.player = page ? pages.player(page) : null;
    find("#to-programs").hidden = !this.player;
    if (this.player) set(find("#to-programs"), { href: `#${page.id}-play` });
    if (this.player && page.id === id) {
      this.player.fit();
      if (programs && !this.player.compare(programs)) {
        missing.push([programs, address.nearest(programs, [...this.player.programs.keys()].slice(1))]);
        this.player.compare(missing.at(-1)[1]);
      }
      if (step) {
        const asked = address.step(step);
        const near = asked === null ? 0 : Math.min(asked, this.player.length);
        if (near !== asked) missing.push([step, String(near)]);
        this.player.seek(near);
      }
      if (this.player.position === 0) scrollTo(0, 0);
    } else if (page) {
      document.getElementById(id)?.scrollIntoView({ block: "center" });
    }
    this.player?.fit();
    if (page?.id === id && this.player?.position > 0) this.player.bring();
    this.tell(missing);
    this.name();
    document.dispatchEvent(new CustomEvent("page", { detail: this.player }));
  },

  /** Says what an address names and the book has not, and what is shown instead. */
  tell(missing) {
    const place = find("#missing");
    place.hidden = missing.length === 0;
    place.replaceChildren(...missing.map(([asked, near, href = `#${near}`]) => make("p", {},
      both(`There is no “${asked}” here. The nearest is `, `«${asked}» здесь нет. Ближе всего `),
      this.page ? make("b", {}, near) : make("a", { href }, near), ".")));
  },

  /** Keeps the address at the step. */
  moved(player) {
    if (player !== this.player) return;
    const hash = talk.on ? talk.address() : address.write(player, language());
    clearTimeout(this.writing);
    const before = location.hash;
    // Browsers refuse too many changes of the address in a row. A link that was followed meanwhile wins.
    this.writing = setTimeout(() => {
      if (location.hash === before) history.replaceState(null, "", hash);
    }, 150);
  },

  /** Opens the contents, where there is no room to show them always. */
  menu(open = !document.body.classList.contains("menu")) {
    document.body.classList.toggle("menu", open);
    set(find("#menu"), { "aria-expanded": open });
    if (open) find("#contents [aria-current=page]")?.scrollIntoView({ block: "center" });
  },

  turn(by) {
    const page = pages.all[pages.all.indexOf(this.page) + by];
    if (page) location.hash = `#${page.id}`;
  },

  speak(lang) {
    if (lang !== "en" && lang !== "ru") return;
    document.documentElement.lang = lang;
    memory.set("language", lang);
    set(find("#search"), { placeholder: inLanguage("Search", "Поиск") });
    this.player?.fit();
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

  begin() {
    const asked = document.documentElement.dataset.language;
    this.speak(memory.get("language") ?? asked ?? (navigator.language.startsWith("ru") ? "ru" : "en"));
    const scheme = memory.get("scheme");
    if (scheme) this.paint(scheme);
    find("#language").addEventListener("click", () => keys.press("l"));
    find("#menu").addEventListener("click", () => this.menu());
    find("#contents").addEventListener("click", (event) => event.target.closest("a") && this.menu(false));
    find("#scheme").addEventListener("click", () => {
      const dark = getComputedStyle(document.documentElement).colorScheme === "dark"
        || (!document.documentElement.dataset.scheme && matchMedia("(prefers-color-scheme: dark)").matches);
      this.paint(dark ? "light" : "dark");
    });
    searching.listen();
    document.addEventListener("step", ({ detail }) => this.moved(detail));
    live.listen();
    transcript.listen();
    demo.begin();
    let width = innerWidth;
    addEventListener("resize", () => {
      if (innerWidth !== width) this.player?.fit();
      width = innerWidth;
    });
    this.addKeys();
    predict.addKeys();
    talk.addKeys();
    keys.listen();
    // Their addresses would be no page's.
    for (const skip of findAll(".skip")) {
      skip.addEventListener("click", (event) => {
        event.preventDefault();
        find(skip.hash).focus();
      });
    }
    // Of the event, since the address itself may have been written over in between.
    addEventListener("hashchange", (event) => this.go(new URL(event.newURL).hash));
    speaker.listen();
    // A book that was written for a talk opens at it.
    const { opens } = find("#talks").dataset;
    if (opens && !location.hash) history.replaceState(null, "", `#talk=${opens}`);
    this.go();
  },

  addKeys() {
    keys.add({
      "?": () => find("#keys").showModal(),
      "/": () => find("#search").focus(),
      l: () => this.speak(language() === "ru" ? "en" : "ru"),
      n: () => this.turn(1),
      p: () => this.turn(-1),
    });
    // A step that nobody sees is none.
    const seen = (act) => () => {
      act();
      this.player.bring();
    };
    const go = (by, stride) => seen(() => this.player.go(by, stride));
    keys.add({
      ArrowRight: go(1),
      PageDown: go(1),
      ArrowLeft: go(-1),
      PageUp: go(-1),
      "Shift+ArrowRight": go(1, "switch"),
      "Shift+ArrowLeft": go(-1, "switch"),
      o: go(1, "output"),
      m: go(1, "moment"),
      r: seen(() => this.player.again()),
      g: () => this.player.controls.nextStride(),
      " ": seen(() => this.player.controls.actions.play()),
      Home: seen(() => this.player.seek(0)),
      End: seen(() => this.player.seek(Infinity)),
      a: () => this.player.timeline.changeAxis(),
    }, () => this.player);
    keys.add({ Escape: () => this.menu(false) }, () => document.body.classList.contains("menu"));
  },
};
