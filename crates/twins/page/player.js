// The player of one pair: buttons, both programs lit, what holds at this step.

/** How long a row shows at speed 1, in milliseconds. */
const ROW = 700;

class Player {
  constructor(article) {
    this.article = article;
    this.id = article.id;
    const data = JSON.parse(find("script.playback", article).textContent);
    this.tracks = Object.fromEntries(
      Object.entries(data.programs).map(([name, track]) => [name, new Track(track)]));
    this.rows = data.rows;
    this.position = 0;
    this.speed = 1;
    // Programs that only compute are done within a few of the clock's milliseconds.
    this.waits = Number(article.dataset.seconds) > 0;
    this.bySeconds = this.waits;
    this.timer = null;
    this.changed = () => {};
    this.build();
    this.choose("rust");
  }

  /** Puts the buttons, the state of both sides and a place for the timeline into the page. */
  build() {
    const player = find(".player", this.article);
    this.controls = find("#controls").content.firstElementChild.cloneNode(true);
    player.prepend(this.controls);
    this.range = find("input", this.controls);
    this.count = find(".count", this.controls);
    this.sides = findAll(".side", player).map((side) => {
      const status = find("#status").content.firstElementChild.cloneNode(true);
      side.append(status);
      return { side, status, activations: find(".activations", status), output: find(".output", status) };
    });
    this.place = player.appendChild(make("div", { class: "timelines" }));
    const actions = {
      first: () => this.seek(0),
      back: () => this.seek(this.position - 1),
      forward: () => this.seek(this.position + 1),
      last: () => this.seek(Infinity),
      play: () => (this.timer ? this.pause() : this.play()),
      talk: () => talk.toggle(),
      speaker: () => speaker.open(),
      axis: () => this.changeAxis(),
    };
    this.actions = actions;
    // A click leaves the keys where they are: a speaker who clicks "Talk" presses space to play.
    player.addEventListener("mousedown", (event) => {
      if (event.target.closest("button")) event.preventDefault();
    });
    for (const button of findAll("button", this.controls)) {
      button.addEventListener("click", () => actions[button.dataset.do]());
    }
    this.range.addEventListener("input", () => this.seek(Number(this.range.value)));
    find("select", this.controls).addEventListener("change", (event) => {
      this.speed = Number(event.target.value);
    });
    const tabs = findAll("[role=tab]", player);
    tabs.forEach((tab, index) => {
      tab.addEventListener("click", () => this.choose(tab.dataset.program));
      tab.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        event.stopPropagation();
        const next = tabs[(index + step + tabs.length) % tabs.length];
        next.focus();
        this.choose(next.dataset.program);
      });
    });
  }

  /** Shows one of the Rust programs; what Rust refuses has no run, its twin's stays. */
  choose(name) {
    if (!find(`.right [data-program="${name}"]`, this.article)) name = "rust";
    this.chosen = name;
    for (const tab of findAll("[role=tab]", this.article)) {
      const is = tab.dataset.program === name;
      set(tab, { "aria-selected": is, tabindex: is ? 0 : -1 });
    }
    for (const program of findAll(".right .program", this.article)) {
      program.hidden = program.dataset.program !== name;
    }
    this.align();
    this.programs = [find(".left .program", this.article), find(`.right .program[data-program="${name}"]`, this.article)];
    this.lit = name in this.rows;
    for (const program of this.programs) this.linesOf(find(".code", program));
    this.range.max = this.lockstep.length;
    // Another program may have fewer rows.
    this.position = Math.min(this.position, this.lockstep.length);
    this.fit();
    this.seek(this.position);
  }

  /** Puts Python's run beside the chosen program's. */
  align() {
    const runs = this.chosen in this.rows ? this.chosen : "rust";
    this.lockstep = new Lockstep(this.tracks.python, this.tracks[runs], this.rows[runs], this.bySeconds);
  }

  /** The timeline by seconds, or by steps: where all happens at once, only these tell it apart. */
  changeAxis() {
    if (!this.lockstep.timed || !this.waits) return;
    this.bySeconds = !this.bySeconds;
    this.align();
    this.fit();
  }

  /** Draws the timeline into the room that there is. */
  fit() {
    const width = this.place.clientWidth;
    // Not while the page is hidden: it is drawn when it shows.
    if (!width) return;
    const height = talk.on ? innerHeight / 6 : 420;
    const names = ["Python", this.lit ? pick(find("[role=tab][aria-selected=true]", this.article)) : "Rust"];
    this.timeline = new Timeline(this.lockstep, names, { width, height }, (position) => this.seek(position));
    this.place.replaceChildren(this.timeline.svg, make("p", { class: "unit" }, this.unit()));
    this.timeline.show(this.position);
  }

  unit() {
    const { timed, bySeconds } = this.lockstep;
    const unit = bySeconds
      ? both("Seconds since each program's first step, in a run without a tracer.",
        "Секунды от первого шага каждой программы, по запуску без трассировки.")
      : !timed ? both("Steps: this run's times can't be told.", "Шаги: времени этого запуска не узнать.")
        : !this.waits ? both("Steps: both programs only compute, and are done in a moment.",
          "Шаги: обе программы только вычисляют и заканчивают в один миг.")
          : both("Steps.", "Шаги.");
    if (timed && this.waits) {
      const axis = make("button", { type: "button", "aria-keyshortcuts": "a" },
        bySeconds ? both("Count steps", "Считать шаги") : both("Count seconds", "Считать секунды"));
      axis.addEventListener("click", () => {
        this.changeAxis();
        find(".unit button", this.place).focus();
      });
      unit.append(" ", axis);
    }
    return unit;
  }

  seek(position) {
    this.position = Math.max(0, Math.min(position, this.lockstep.length));
    if (this.position === this.lockstep.length) this.pause();
    this.show();
    this.changed(this);
  }

  play() {
    if (this.position === this.lockstep.length) this.seek(0);
    const next = () => {
      this.timer = setTimeout(() => {
        next();
        this.seek(this.position + 1);
      }, ROW / this.speed);
    };
    next();
    this.mark();
  }

  pause() {
    clearTimeout(this.timer);
    this.timer = null;
    this.mark();
  }

  /** Scrolls the page to the programs, if most of them is out of view: a step that nobody sees is
      none. */
  bring() {
    const { top, bottom, height } = find(".programs", this.article).getBoundingClientRect();
    const seen = Math.min(bottom, innerHeight) - Math.max(top, 0);
    if (seen < Math.min(height, innerHeight) * 0.6) this.controls.scrollIntoView();
  }

  mark() {
    set(find("[data-do=play]", this.controls), { "aria-pressed": this.timer != null });
  }

  /** Brings everything to the position. */
  show() {
    this.range.value = this.position;
    set(this.range, { "aria-valuetext": `${this.position} / ${this.lockstep.length}` });
    this.count.textContent = `${this.position} / ${this.lockstep.length}`;
    const lit = this.lockstep.at(this.position).map((last, side) => this.showSide(side, last));
    this.timeline?.show(this.position);
    // All is written before anything is measured: the browser lays the page out once.
    this.sides.forEach(({ output }) => follow(output, output.lastElementChild));
    lit.forEach((line) => line && follow(line.parentElement, line, 3));
  }

  showSide(side, last) {
    const track = side === 0 ? this.lockstep.left : this.lockstep.right;
    const state = track.state(last);
    const { activations, output } = this.sides[side];
    if (output.dataset.text !== state.output) {
      output.dataset.text = state.output;
      output.replaceChildren(state.output, make("span"));
    }
    // Who has control first, then who called it, then who is suspended.
    const rank = ({ activation }) => state.running.indexOf(activation);
    const items = [...state.live.values()].sort((a, b) => rank(b) - rank(a)).map((own) => {
      const { label } = track.activations[own.activation];
      const holds = own.activation === state.control;
      const locals = Object.entries(own.locals).map(([name, value]) => `${name} = ${value}`).join(", ");
      return make("li", { class: holds ? "holds" : own.running ? "waits" : "sleeps" },
        make("b", {}, label), " ",
        holds ? both("has control", "управление здесь")
          : own.running ? both("waits for its callee", "ждёт вызванную функцию")
            : both(`suspended at line ${own.line}`, `приостановлена в строке ${own.line}`),
        locals ? make("code", {}, locals) : null);
    });
    activations.replaceChildren(...items);
    return side === 0 || this.lit ? this.light(this.programs[side], track, state) : null;
  }

  /** Lights the line that runs and marks the places where suspended activations stand, ‖, and those
      that wait for their callee, …; gives the lit line. */
  light(program, track, state) {
    const code = find(".code", program);
    const lines = this.linesOf(code);
    for (const line of lines) {
      if (line.className === "line") continue;
      line.className = "line";
      find(".who", line)?.remove();
      line.removeAttribute("aria-current");
    }
    const held = new Map();
    for (const own of state.live.values()) {
      if (own.activation !== state.control) {
        const names = held.get(own.line) ?? new Map();
        const { name, label } = track.activations[own.activation];
        const key = `${own.running ? "…" : "‖"} ${name}`;
        held.set(own.line, names.set(key, [...(names.get(key) ?? []), label]));
      }
    }
    for (const [at, names] of held) {
      const line = lines[at - 1];
      line.classList.add("held");
      const who = [...names]
        .map(([key, labels]) => (labels.length > 1 ? `${key} × ${labels.length}` : `${key[0]} ${labels[0]}`)).join(" ");
      // Before the line's end, so that it stands on the line, if there is room.
      const end = line.lastChild;
      if (end.length > 1) end.splitText(end.length - 1);
      line.lastChild.before(make("span", { class: "who" }, who));
    }
    const lit = lines[(state.line ?? 0) - 1];
    if (!lit) return null;
    lit.classList.add("lit", `event-${state.step[0]}`);
    set(lit, { "aria-current": "step" });
    return lit;
  }

  /** A program's lines; what is too long for a line goes on below its own indent. */
  linesOf(code) {
    this.lines ??= new Map();
    if (!this.lines.has(code)) {
      const lines = findAll(".line", code);
      for (const line of lines) {
        line.style.setProperty("--indent", line.textContent.search(/\S|$/) + 2);
      }
      this.lines.set(code, lines);
    }
    return this.lines.get(code);
  }

  /** What both sides do at this position, in words: for a speaker and for print. */
  words(position = this.position, lang = language()) {
    const before = this.lockstep.at(position - 1);
    return this.lockstep.at(position).map((last, side) => {
      if (last < 0 || (position > 0 && before[side] === last)) return "";
      const track = side === 0 ? this.lockstep.left : this.lockstep.right;
      const [event, activation, line, text] = track.steps[last];
      const what = lang === "ru" ? EVENTS[event].ru : EVENTS[event].name;
      const printed = event === "p" ? ` ${text.trimEnd()}` : "";
      return `${line}: ${track.activations[activation].label} ${what}${printed}`;
    });
  }
}

/** Scrolls a box, and only it, so that an element stays in view with some lines around it. */
function follow(box, element, around = 0) {
  const [outer, inner] = [box.getBoundingClientRect(), element.getBoundingClientRect()];
  const room = Math.min(inner.height * around, Math.max(0, (outer.height - inner.height) / 2));
  if (inner.top < outer.top + room) box.scrollTop -= outer.top + room - inner.top;
  else if (inner.bottom > outer.bottom - room) box.scrollTop += inner.bottom - outer.bottom + room;
}
