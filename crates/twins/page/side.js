// One side of a pair: which program it shows, the line that runs, who holds control and who waits,
// and what is printed.

/** So many activations are listed; more are counted. */
const LISTED = 12;

/** So many steps are looked ahead for what is to be seen without scrolling. */
const AHEAD = 80;

class Side {
  constructor(player, side) {
    this.player = player;
    this.side = side;
    this.section = find(side ? ".side.right" : ".side.left", player.article);
    this.status = find("#status").content.firstElementChild.cloneNode(true);
    this.section.append(this.status);
    this.actors = find(".activations", this.status);
    this.output = find(".output", this.status);
    this.tabs = make("div", { class: "tabs", role: "tablist", "aria-label": side ? "Right · Справа" : "Left · Слева" });
    for (const [name, program] of player.programs) {
      const tab = make("button", { type: "button", role: "tab", "data-program": name,
        id: `${player.id}-${side}-${name}`, "aria-controls": program.id });
      tab.append(...[...find(".label", program).childNodes].map((node) => node.cloneNode(true)));
      tab.addEventListener("click", () => player.choose(side, name));
      this.tabs.append(tab);
    }
    this.tabs.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!by) return;
      event.preventDefault();
      event.stopPropagation();
      const tabs = [...this.tabs.children];
      const next = tabs[(tabs.indexOf(document.activeElement) + by + tabs.length) % tabs.length];
      player.choose(side, next.dataset.program);
      next.focus();
    });
    this.now = make("p", { class: "now", "aria-hidden": "true" });
    this.section.prepend(this.tabs, this.now);
    // A click on a line goes to the next time that it runs.
    this.section.addEventListener("click", (event) => {
      const line = event.target.closest(".line");
      if (!line || event.target.closest("a") || !getSelection().isCollapsed) return;
      player.run(side, this.lines.indexOf(line) + 1);
    });
    this.marked = [];
  }

  /** Puts the chosen program here. */
  place() {
    const name = this.player.shown[this.side];
    this.program = this.player.programs.get(name);
    this.track = this.player.lockstep.tracks[this.side];
    for (const tab of this.tabs.children) {
      const is = tab.dataset.program === name;
      set(tab, { "aria-selected": is, tabindex: is ? 0 : -1 });
    }
    set(this.section, { "data-program": name, "data-language": name === "python" ? "python" : "rust" });
    this.section.classList.toggle("refused", !this.track);
    this.clear();
    for (const other of this.player.programs.values()) {
      if (other !== this.program && other.parentElement === this.section) this.player.article.append(other);
    }
    this.now.after(this.program);
    for (const other of this.player.programs.values()) other.hidden = !other.parentElement.matches(".side");
    set(this.program, { role: "tabpanel", "aria-labelledby": `${this.player.id}-${this.side}-${name}` });
    this.status.hidden = !this.track;
    this.code = find(".code", this.program);
    this.lines = findAll(".line", this.code);
    // What is too long for a line goes on below its own indent.
    for (const line of this.lines) line.style.setProperty("--indent", line.textContent.search(/\S|$/) + 2);
    this.shown = null;
  }

  /** The sentence about this side's step; where it takes none, why. */
  tell(sentence) {
    const none = find(".refusal", this.program)
      ? inLanguage("This one does not compile: it has no run.", "Эта программа не компилируется и не выполнялась.")
      : inLanguage("Its functions block threads, and none is suspended: it takes no steps.",
        "Её функции блокируют потоки и не приостанавливаются: шагов у неё нет.");
    this.now.textContent = this.track ? sentence : none;
    this.section.classList.toggle("moved", Boolean(sentence));
  }

  /** How many letters fit on a line. */
  measure() {
    // A letter of the common fonts for code is six tenths as wide as the font is large.
    const letter = 0.602 * parseFloat(getComputedStyle(this.code).fontSize);
    this.columns = Math.floor(this.code.clientWidth / letter);
    this.shown = null;
  }

  clear() {
    for (const line of this.marked) {
      line.className = "line";
      line.removeAttribute("aria-current");
      find(".who", line)?.remove();
    }
    this.marked = [];
  }

  show(state) {
    if (!state) return;
    // The language is part of what is shown.
    const shown = `${state.last} ${language()}`;
    if (this.shown === shown) return;
    this.shown = shown;
    if (this.output.dataset.text !== state.output) {
      this.output.dataset.text = state.output;
      this.output.replaceChildren(state.output, make("span"));
    }
    this.actors.replaceChildren(...this.items(state));
    this.last = state.last;
    this.lit = this.light(state);
  }

  /** How many lines of a talk's list have room. */
  count() {
    this.listed = Math.max(2, Math.floor(this.actors.clientHeight / parseFloat(getComputedStyle(this.actors).lineHeight)));
  }

  /** Scrolls its boxes to what is new. */
  follow() {
    if (!this.track) return;
    follow(this.output, this.output.lastElementChild ?? this.output);
    if (this.lit) this.reveal();
  }

  /** Scrolls the code if the lit line is near an edge: so that as many as possible of the lines that run next
      are in view as well, and it stands still for them. */
  reveal() {
    const { code, lines, track } = this;
    const outer = code.getBoundingClientRect();
    const edges = (line) => {
      const { top, bottom } = line.getBoundingClientRect();
      return [top - outer.top, bottom - outer.top];
    };
    const room = outer.height;
    let [top, bottom] = edges(this.lit);
    const around = Math.min(2 * (bottom - top), Math.max(0, (room - (bottom - top)) / 2));
    const isNear = (top < around && code.scrollTop > 0)
      || (bottom > room - around && code.scrollTop + room < code.scrollHeight - 1);
    if (!isNear) return;
    for (let place = this.last + 1; place < Math.min(track.length, this.last + AHEAD); place++) {
      const [nextTop, nextBottom] = edges(lines[track.steps[place][2] - 1]);
      const [first, last] = [Math.min(top, nextTop), Math.max(bottom, nextBottom)];
      if (last - first > room - 2 * around) break;
      [top, bottom] = [first, last];
    }
    code.scrollTop += (top + bottom - room) / 2;
  }

  /** Who there is: first who has control, then those who wait for a callee, then the suspended. */
  items(state) {
    const rank = ({ activation }) => state.running.indexOf(activation);
    const all = [...state.live.values()].sort((a, b) => rank(b) - rank(a));
    // A talk has room for one line of those that are suspended alike.
    const groups = talk.on ? this.alike(all) : all.map((own) => [own]);
    const items = groups.slice(0, LISTED).flatMap(([own, ...others]) => this.item(own, state, others.length));
    let more = groups.slice(LISTED).flat().length;
    // Nothing scrolls there, either.
    const room = talk.on ? this.listed : Infinity;
    if (items.length > room) more += items.splice(room - 1).length;
    if (more) items.push(make("li", { class: "more" }, both(`and ${more} more`, `и ещё ${more}`)));
    return items;
  }

  /** Those of one function that are suspended at one line, for one reason, together. */
  alike(all) {
    const groups = new Map();
    for (const own of all) {
      const { name } = this.track.activations[own.activation];
      const key = own.running ? own.activation : `${name} ${own.line} ${reasonWords(this.track, own.since, "en")}`;
      groups.set(key, [...(groups.get(key) ?? []), own]);
    }
    return [...groups.values()];
  }

  /** What one waits for that is suspended; at a `yield` that is always its caller. */
  suspended({ since, line }) {
    return this.track.steps[since][0] === "w" ? both(...["en", "ru"].map((lang) => reasonWords(this.track, since, lang)))
      : both(`waits for its caller, at line ${line}`, `ждёт вызова, строка ${line}`);
  }

  /** One that there is, with how many others like it. */
  item(own, state, others = 0) {
    const label = (activation) => this.track.activations[activation].label;
    const isLoop = this.track.isLoop(own, state.live);
    const holds = own.activation === state.control && !isLoop;
    // The one that it called, or lets run.
    const callee = state.running[state.running.indexOf(own.activation) + 1];
    const what = holds ? both("has control", "управление здесь")
      : isLoop ? both("waits for the event loop", "ждёт цикл событий")
        : own.running ? both(`waits for ${label(callee)}`, `ждёт ${label(callee)}`)
          : this.suspended(own);
    const locals = Object.entries(own.locals).map(([name, value]) => `${name} = ${value}`).join(", ");
    const item = (kind, name, ...rest) => make("li", { class: kind }, make("b", {}, name), " ", ...rest.filter(Boolean));
    const items = [item(holds ? "holds" : own.running ? "waits" : "sleeps", others ? `${this.track.activations[own.activation].name} × ${others + 1}` : label(own.activation), what,
      locals ? make("code", { title: locals }, locals) : null)];
    if (isLoop) {
      const runs = state.loop ? both("all others wait", "все остальные ждут")
        : both(`runs ${label(callee)}`, `выполняет ${label(callee)}`);
      items.unshift(item(state.loop ? "holds loop" : "waits loop", both("event loop", "цикл событий"), runs));
    }
    return items;
  }

  /** Lights the line that runs and marks the places where suspended activations stand, ‖, and those
      that wait for their callee, …; gives the lit line. */
  light(state) {
    this.clear();
    const held = new Map();
    for (const own of state.live.values()) {
      if (own.activation === state.control) continue;
      const names = held.get(own.line) ?? new Map();
      const { name, label } = this.track.activations[own.activation];
      const key = `${own.running ? "…" : "‖"} ${name}`;
      held.set(own.line, names.set(key, [...(names.get(key) ?? []), label]));
    }
    for (const [at, names] of held) {
      const line = this.lines[at - 1];
      line.classList.add("held");
      this.marked.push(line);
      const who = [...names]
        .map(([key, labels]) => (labels.length > 1 ? `${key} × ${labels.length}` : `${key[0]} ${labels[0]}`)).join(" ");
      // Where the code leaves no room for the names, the signs alone stand there.
      const taken = 6 + line.textContent.trimEnd().length;
      const room = this.columns - (taken % this.columns);
      const short = [...names].map(([key, labels]) => (labels.length > 1 ? `${key[0]}${labels.length}` : key[0])).join("");
      line.append(make("span", { class: "who", title: who }, 0.85 * who.length + 3 < room ? who : short));
    }
    const lit = this.lines[(state.line ?? 0) - 1];
    if (!lit) return null;
    lit.classList.add("lit", `event-${state.step[0]}`);
    set(lit, { "aria-current": "step" });
    this.marked.push(lit);
    return lit;
  }
}

/** Scrolls a box, and only it, so that an element stays in view. */
function follow(box, element) {
  const [outer, inner] = [box.getBoundingClientRect(), element.getBoundingClientRect()];
  if (inner.top < outer.top) box.scrollTop -= outer.top - inner.top;
  else if (inner.bottom > outer.bottom) box.scrollTop += inner.bottom - outer.bottom;
}
