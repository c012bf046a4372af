// The first page's pair: it runs in lockstep by itself, unless motion is not wanted.

const demo = {
  pause: 900,

  begin() {
    const place = find("#demo");
    const page = place && pages.get(place.dataset.pair);
    const data = page && find("script.playback", page);
    if (!data) return;
    const source = document.createElement("template");
    source.innerHTML = pages.source(page);
    const { programs, rows } = JSON.parse(data.textContent);
    const names = ["python", "rust"];
    const tracks = names.map((name) => new Track(programs[name], name === "python"));
    this.lockstep = new Lockstep(...tracks, rows["python rust"]);
    this.panes = names.map((name, side) => {
      const code = find(`[data-program=${name}] .code`, source.content);
      code.removeAttribute("tabindex");
      for (const mark of findAll(".mark", code)) mark.remove();
      const now = make("p", { class: "now" });
      place.append(make("figure", { class: `pane ${name}` },
        make("figcaption", {}, side ? "Rust" : "Python"), code, now));
      return { code, now, lines: findAll(".line", code), track: tracks[side] };
    });
    // Where all wait, the eye waits too.
    this.position = 0;
    this.still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const button = find("#demo-play");
    const mark = () => set(button, { "aria-pressed": !this.still });
    button.hidden = false;
    button.addEventListener("click", () => {
      this.still = !this.still;
      mark();
      this.next();
    });
    mark();
    this.show(this.still ? Math.min(29, this.lockstep.length) : 0);
    document.addEventListener("page", () => this.next());
    document.addEventListener("visibilitychange", () => this.next());
  },

  /** Goes on while it can be seen. */
  next() {
    clearTimeout(this.timer);
    if (!this.panes || this.still || document.hidden || find("#cover").hidden) return;
    this.timer = setTimeout(() => {
      this.show(this.position === this.lockstep.length ? 0 : this.lockstep.next(this.position, 1, STRIDES.switch));
      this.next();
    }, this.position === this.lockstep.length ? 3 * this.pause : this.pause);
  },

  show(position) {
    this.position = position;
    const at = this.lockstep.at(position);
    this.panes.forEach(({ code, now, lines, track }, side) => {
      const state = track.stateAt(at[side]);
      for (const line of findAll(".lit, .held", code)) line.classList.remove("lit", "held");
      for (const own of state.live.values()) lines[own.line - 1]?.classList.add("held");
      const lit = lines[(state.line ?? 0) - 1];
      if (lit) {
        lit.classList.add("lit");
        code.scrollTo({ top: lit.offsetTop - code.clientHeight / 2 });
      }
      now.textContent = at[side] < 0 ? " " : wordsOf(track, at[side], language());
    });
  },
};
