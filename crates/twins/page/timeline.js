// The timeline: a bar for each activation, thick where it runs and thin where it is suspended, both
// programs on one axis. It is one control with a value: drag it, or focus it and use the keys.

/** Lengths in pixels: around it, above each program's bars, below them, and a lane of bars. */
const TIMELINE = { margin: 12, heading: 24, axis: 24, lane: 18, least: 2, labelled: 11, tall: 300 };

class Timeline {
  constructor(player) {
    this.player = player;
    this.kind = player.waits ? "squeezed" : "steps";
    this.zoom = 1;
    this.place = find(".player", player.article).appendChild(find("#timeline").content.firstElementChild.cloneNode(true));
    this.slider = find(".timeline", this.place);
    this.hint = find(".hint", this.place);
    this.select = find("select", this.place);
    for (const kind of Object.keys(SCALES)) {
      if (kind === "steps" || player.waits) this.select.append(make("option", { value: kind }));
    }
    this.select.addEventListener("change", () => this.change(this.select.value));
    for (const button of findAll("[data-zoom]", this.place)) {
      button.addEventListener("click", () => this.magnify(Number(button.dataset.zoom)));
    }
    const to = (event) => {
      const { left } = this.svg.getBoundingClientRect();
      player.seek(this.scale.positionAt(this.share((event.clientX - left) / this.size)));
    };
    this.slider.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      player.pause();
      this.slider.setPointerCapture(event.pointerId);
      to(event);
    });
    this.slider.addEventListener("pointermove", (event) => {
      if (this.slider.hasPointerCapture(event.pointerId)) to(event);
      this.point(event);
    });
    this.slider.addEventListener("pointerleave", () => this.hint.replaceChildren(...this.unit()));
    this.slider.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      this.magnify(event.deltaY < 0 ? 1.25 : 0.8);
    }, { passive: false });
  }

  change(kind) {
    this.kind = kind;
    this.fit();
  }

  /** The next way to count. */
  changeAxis() {
    const kinds = Object.keys(SCALES);
    if (this.player.waits && this.player.lockstep.timed) this.change(kinds[(kinds.indexOf(this.kind) + 1) % kinds.length]);
  }

  magnify(by) {
    this.zoom = Math.max(1, Math.min(20, this.zoom * by));
    this.fit();
  }

  /** Draws it anew, into the room that there is. */
  fit() {
    const { lockstep } = this.player;
    const room = this.slider.clientWidth;
    // Not while the page is hidden: it is drawn when it shows.
    if (!room) return;
    this.scale = new Scale(lockstep, this.kind);
    for (const option of this.select.options) option.textContent = SCALES[option.value][language()];
    this.select.value = this.scale.kind;
    this.select.disabled = !lockstep.timed || !this.player.waits;
    // A talk's is drawn for a small screen, and grows with a large one, names included.
    const inTalk = document.body.classList.contains("talk");
    this.size = inTalk ? Math.max(1, innerHeight / 760) : 1;
    const width = Math.round((room * this.zoom) / this.size);
    this.width = width;
    const { tracks } = lockstep;
    this.lanes = tracks.map((track) => (track ? lanesOf(track) : { size: 0, spans: [] }));
    const count = this.lanes.reduce((sum, { size }) => sum + size, 0);
    const tall = inTalk ? innerHeight / 6 / this.size : TIMELINE.tall;
    // A talk's is never cut: there lanes may be thinner than a line.
    this.lane = Math.max(inTalk ? 0 : TIMELINE.least, Math.min(TIMELINE.lane, (tall - 2 * TIMELINE.heading - TIMELINE.axis) / count));
    this.heads = [];
    this.tops = [];
    let top = 0;
    const bands = tracks.map((track, side) => {
      this.tops.push(top + TIMELINE.heading);
      if (!track) return null;
      const height = TIMELINE.heading + this.lanes[side].size * this.lane;
      const head = draw("line", { class: "head", y1: top + TIMELINE.heading - 3, y2: top + height });
      this.heads[side] = head;
      const language = this.player.shown[side] === "python" ? "python" : "rust";
      const band = draw("g", { class: `band ${language}` },
        draw("text", { x: TIMELINE.margin, y: top + 15, class: "name" }, pick(find(".label", this.player.sides[side].program))),
        ...this.bars(track, side), head);
      top += height;
      return band;
    });
    this.arrow = draw("path", { class: "arrow" });
    const height = top + TIMELINE.axis;
    this.svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, width: width * this.size, height: height * this.size, "aria-hidden": "true" },
      ...bands.filter(Boolean), this.arrow, this.axis(top));
    this.slider.replaceChildren(this.svg);
    this.hint.replaceChildren(...this.unit());
    this.shown = null;
    this.show();
  }

  x(share) { return TIMELINE.margin + share * (this.width - 2 * TIMELINE.margin); }
  share(x) { return Math.max(0, Math.min(1, (x - TIMELINE.margin) / (this.width - 2 * TIMELINE.margin))); }

  /** One program's bars, their names and the marks of those that are ended from outside: a path each
      for all that run and all that wait. */
  bars(track, side) {
    const thick = Math.max(1, this.lane * 0.6, this.lane - 6);
    const thin = Math.min(2.5, thick / 2);
    const round = (number) => Math.round(number * 10) / 10;
    const paths = { runs: "", sleeps: "", ended: "" };
    for (const { activation, begin, end, running, how } of this.lanes[side].spans) {
      const [from, to] = [this.x(this.scale.of(side, begin)), this.x(this.scale.of(side, end))];
      const tall = running ? thick : thin;
      // Waiting is the ground line of the lane, so that a name stands above it.
      const y = this.y(side, activation) + thick / 2 - tall;
      const wide = Math.max(to - from, running ? 2 : 0.5);
      paths[running ? "runs" : "sleeps"] += `M${round(from)} ${round(y)}h${round(wide)}v${round(tall)}h-${round(wide)}z`;
      if (how && (EVENTS[how].ended || how === "x")) {
        const arm = Math.max(2, Math.min(4, this.lane / 3));
        const middle = round(this.y(side, activation));
        // Behind the bar, where it can be told from it.
        paths.ended += `M${round(to + 2)} ${middle - arm}l${2 * arm} ${2 * arm}m0-${2 * arm}l-${2 * arm} ${2 * arm}`;
      }
    }
    const parts = Object.entries(paths).map(([name, d]) => draw("path", { class: name, d }));
    if (this.lane >= TIMELINE.labelled) parts.push(...this.labels(track, side));
    return parts;
  }

  /** The middle of an activation's lane. */
  y(side, activation) {
    return this.tops[side] + (this.lanes[side].of.get(activation) + 0.5) * this.lane;
  }

  /** Each activation's name where it begins, if no other name stands there. */
  labels(track, side) {
    const until = [];
    const labels = [];
    for (const [activation, { begin }] of this.lanes[side].extent) {
      const lane = this.lanes[side].of.get(activation);
      const label = laneName(track, activation, language());
      const x = this.x(this.scale.of(side, begin)) + 4;
      const wide = label.length * 6.4;
      if (x < (until[lane] ?? 0) || x + wide > this.width) continue;
      until[lane] = x + wide + 8;
      labels.push(draw("text", { x, y: this.y(side, activation) + 2.5, class: "label" }, label));
    }
    return labels;
  }

  axis(y) {
    const axis = draw("g", { class: `axis ${this.scale.kind}` });
    let last = -100;
    for (const { at, text, wide } of this.scale.ticks(language())) {
      const x = this.x(at);
      if (wide) {
        // A break in the axis, where time was squeezed.
        const half = (wide * (this.width - 2 * TIMELINE.margin)) / 2 - 2;
        axis.append(draw("path", { d: `M${x - half} ${y + 3}h${2 * half}`, class: "idle" }));
      } else {
        axis.append(draw("line", { x1: x, x2: x, y1: y, y2: y + 5 }));
      }
      if (x - last < text.length * 7) continue;
      last = x;
      axis.append(draw("text", { x: Math.max(x, TIMELINE.margin), y: y + 18, "text-anchor": at > 0.02 ? "middle" : "start" }, text));
    }
    return axis;
  }

  /** What the axis counts. */
  unit() {
    const { timed } = this.player.lockstep;
    const [en, ru] = !timed ? ["Steps: the times of this run are unknown.", "Шаги: время этого запуска неизвестно."]
      : !this.player.waits ? ["Steps: both programs only compute, and are done in a moment.",
        "Шаги: обе программы только вычисляют и завершаются мгновенно."]
        : {
          squeezed: ["Steps, and how long nobody ran: seconds of a run without a tracer.",
            "Шаги и время, когда никто не работал: секунды из запуска без трассировки."],
          seconds: ["Seconds since each program's first step, in a run without a tracer.",
            "Секунды от первого шага каждой программы в запуске без трассировки."],
          steps: ["Steps.", "Шаги."],
        }[this.scale.kind];
    return [both(en, ru)];
  }

  /** Tells of the activation under the pointer: how long it ran and how long it waited. */
  point(event) {
    const { left, top } = this.svg.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top].map((length) => length / this.size);
    const side = this.tops.findLastIndex((start) => y >= start);
    const lane = Math.floor((y - this.tops[side]) / this.lane);
    const spans = this.lanes[side]?.spans ?? [];
    const is = (span) => this.lanes[side].of.get(span.activation) === lane
      && x >= this.x(this.scale.of(side, span.begin)) - 3 && x <= this.x(this.scale.of(side, span.end)) + 3;
    const found = spans.find(is);
    this.hint.replaceChildren(...(found ? [this.told(side, found.activation)] : this.unit()));
  }

  /** How long an activation ran and waited, in words. */
  told(side, activation) {
    const track = this.player.lockstep.tracks[side];
    const { timed } = this.player.lockstep;
    const times = { true: 0, false: 0 };
    for (const span of this.lanes[side].spans) {
      if (span.activation !== activation) continue;
      times[span.running] += timed && this.player.waits
        ? this.scale.time(side, span.end) - this.scale.time(side, span.begin) : span.end - span.begin;
    }
    const say = (number, lang) => (timed && this.player.waits
      ? `${decimal((number / 1000).toFixed(2), lang)} ${lang === "ru" ? "с" : "s"}` : lang === "ru" ? `шагов: ${number}` : `${number} steps`);
    const name = (lang) => laneName(track, activation, lang);
    if (activation === LOOP) {
      return both(`${name("en")}: had control ${say(times.true, "en")}, others had it ${say(times.false, "en")}`,
        `${name("ru")}: управление у него ${say(times.true, "ru")}, у других ${say(times.false, "ru")}`);
    }
    return both(`${name("en")}: ran ${say(times.true, "en")}, waited ${say(times.false, "en")}`,
      `${name("ru")}: работала ${say(times.true, "ru")}, ждала ${say(times.false, "ru")}`);
  }

  /** Puts the playheads where each side is, and an arrow from who woke to who woke up. */
  show() {
    const { player } = this;
    const { position, length } = player;
    set(this.slider, { "aria-valuemax": length, "aria-valuenow": position,
      "aria-valuetext": `${position} / ${length}${this.scale?.times[position] ? `, ${decimal((this.scale.times[position] / 1000).toFixed(2), language())} ${inLanguage("s", "с")}` : ""}` });
    if (!this.heads) return;
    const at = player.lockstep.at(position);
    const moved = player.lockstep.moved(position);
    let arrow = "";
    at.forEach((step, side) => {
      if (!this.heads[side]) return;
      const x = this.x(this.scale.of(side, step));
      set(this.heads[side], { x1: x, x2: x });
      if (!moved[side]) return;
      const track = player.lockstep.tracks[side];
      const by = track.wokenBy(step);
      if (by === null) return;
      const [from, to] = [by, track.steps[step][1]].map((who) => this.y(side, who));
      const tip = from < to ? -5 : 5;
      arrow += `M${x} ${from}V${to}m-4 ${tip}l4 ${-tip}l4 ${tip}`;
    });
    set(this.arrow, { d: arrow });
    if (this.zoom > 1) {
      const x = this.x(this.scale.at(position)) * this.size;
      const { scrollLeft, clientWidth } = this.slider;
      if (x < scrollLeft + 40 || x > scrollLeft + clientWidth - 40) this.slider.scrollLeft = x - clientWidth / 2;
    }
  }
}

/** How an activation is called, or the event loop. */
const laneName = (track, activation, lang) => (activation !== LOOP ? track.activations[activation].label
  : lang === "ru" ? "цикл событий" : "event loop");

/** The lane of each activation: the first that is free when it starts. */
function lanesOf(track) {
  const spans = track.spans();
  const extent = new Map();
  for (const { activation, begin, end } of spans) {
    const own = extent.get(activation) ?? { begin, end };
    extent.set(activation, { begin: Math.min(own.begin, begin), end: Math.max(own.end, end) });
  }
  const sorted = new Map([...extent].sort((a, b) => a[1].begin - b[1].begin));
  const until = [];
  const of = new Map();
  for (const [activation, { begin, end }] of sorted) {
    let lane = until.findIndex((end) => end < begin);
    if (lane < 0) lane = until.length;
    until[lane] = end;
    of.set(activation, lane);
  }
  return { size: until.length, of, spans, extent: sorted };
}
