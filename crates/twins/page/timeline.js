// The timeline: a bar for each activation, thick where it runs and thin where it is suspended,
// both languages on one axis.

/** Lengths in pixels: around it, above each language's bars, below them, and a lane of bars. */
const TIMELINE = { margin: 10, heading: 22, axis: 24, lane: 13, least: 1, thin: 3 };

/** A pair's timeline, in the reader's language and in the room that there is. */
class Timeline {
  constructor(player) {
    this.player = player;
    this.place = find(".player", player.article).appendChild(make("div", { class: "timelines" }));
    this.bySeconds = player.waits;
  }

  /** Draws it anew. */
  fit() {
    const { lockstep } = this.player;
    this.lockstep = lockstep;
    const width = this.place.clientWidth;
    // Not while the page is hidden: it is drawn when it shows.
    if (!width) return;
    const height = document.body.classList.contains("talk") ? innerHeight / 6 : 420;
    this.width = width;
    this.heads = [];
    this.clocks = [0, 1].map((side) => this.clock(side));
    const { tracks } = lockstep;
    const ends = tracks.map((track, side) => (track?.length ? this.clocks[side](track.length - 1) : 0));
    this.end = Math.max(1, ...ends);
    const lanes = tracks.map((track) => (track ? lanesOf(track) : { size: 0 }));
    const count = lanes.reduce((sum, { size }) => sum + size, 0);
    const room = height - 2 * TIMELINE.heading - TIMELINE.axis;
    this.lane = Math.max(TIMELINE.least, Math.min(TIMELINE.lane, room / count));
    let top = 0;
    const parts = tracks.flatMap((track, side) => {
      if (!track) return [];
      const name = side ? "right" : "left";
      const tall = TIMELINE.heading + lanes[side].size * this.lane;
      const heading = draw("text", { x: TIMELINE.margin, y: 15, class: "band" },
        pick(find(".label", this.player.sides[side].program)));
      const band = draw("g", { transform: `translate(0 ${top})`, class: name },
        heading, ...this.bars(track, side, lanes[side].of));
      const head = draw("line", { class: `head ${name}`, y1: top + TIMELINE.heading - 3, y2: top + tall });
      this.heads[side] = head;
      top += tall;
      return [band, head];
    });
    const whole = top + TIMELINE.axis;
    this.svg = draw("svg", { viewBox: `0 0 ${width} ${whole}`, width, height: whole, class: "timeline", role: "img" },
      draw("title", {}, inLanguage(
        "When each activation runs and is suspended; a click goes there",
        "Когда каждый вызов работает и когда приостановлен; щелчок переносит туда")),
      ...parts, this.axis(top));
    this.svg.addEventListener("click", (event) => {
      this.player.seek(this.positionAt(this.time(event.clientX - this.svg.getBoundingClientRect().left)));
    });
    this.place.replaceChildren(this.svg, this.unit());
    this.show();
  }

  /** By seconds, or by steps: where all happens at once, only these tell it apart. */
  changeAxis() {
    if (!this.lockstep.timed || !this.player.waits) return;
    this.bySeconds = !this.bySeconds;
    this.fit();
  }

  unit() {
    const { timed } = this.lockstep;
    const { waits } = this.player;
    const unit = make("p", { class: "unit" }, this.bySeconds && timed
      ? both("Seconds since each program's first step, in a run without a tracer.",
        "Секунды от первого шага каждой программы, по запуску без трассировки.")
      : !timed ? both("Steps: this run's times can't be told.", "Шаги: времени этого запуска не узнать.")
        : !waits ? both("Steps: both programs only compute, and are done in a moment.",
          "Шаги: обе программы только вычисляют и заканчивают в один миг.")
          : both("Steps.", "Шаги."));
    if (timed && waits) {
      const axis = make("button", { type: "button", "aria-keyshortcuts": "a" },
        this.bySeconds ? both("Count steps", "Считать шаги") : both("Count seconds", "Считать секунды"));
      axis.addEventListener("click", () => {
        this.changeAxis();
        find(".unit button", this.place).focus();
      });
      unit.append(" ", axis);
    }
    return unit;
  }

  /** When a step was: milliseconds since the program's first step, or its row. */
  clock(side) {
    const { tracks, reached, timed } = this.lockstep;
    if (!tracks[side]) return () => 0;
    if (this.bySeconds && timed) {
      const { times } = tracks[side];
      return (step) => times[step] - times[0];
    }
    const rows = [];
    reached.forEach((places, row) => { rows[places[side]] ??= row; });
    return (step) => rows[step];
  }

  /** The position at a time of the clock. */
  positionAt(time) {
    let position = 0;
    this.lockstep.reached.forEach((places, row) => {
      const now = Math.max(...places.map((step, side) => (step < 0 ? 0 : this.clocks[side](step))));
      if (now <= time) position = row + 1;
    });
    return position;
  }

  x(time) {
    return TIMELINE.margin + (time / this.end) * (this.width - 2 * TIMELINE.margin);
  }

  time(x) {
    return ((x - TIMELINE.margin) / (this.width - 2 * TIMELINE.margin)) * this.end;
  }

  /** One language's bars. */
  bars(track, side, laneOf) {
    const clock = this.clocks[side];
    const thick = Math.max(this.lane * 0.7, this.lane - 4);
    return track.spans().map(({ activation, begin, end, running }) => {
      const [from, to] = [this.x(clock(begin)), this.x(clock(end))];
      const tall = running ? thick : Math.min(TIMELINE.thin, thick / 2);
      return draw("rect", {
        x: from,
        y: TIMELINE.heading + laneOf.get(activation) * this.lane + (thick - tall) / 2,
        width: Math.max(to - from, running ? 2 : 0.5),
        height: tall,
        class: running ? "runs" : "waits",
      }, draw("title", {}, track.activations[activation].label));
    });
  }

  axis(y) {
    const axis = draw("g", { class: "axis" });
    const step = [1, 2, 5].flatMap((n) => [1, 10, 100, 1000, 10000].map((m) => n * m))
      .sort((a, b) => a - b).find((tick) => this.end / tick <= 10) ?? this.end;
    for (let time = 0; time <= this.end; time += step) {
      const x = this.x(time);
      axis.append(
        draw("line", { x1: x, x2: x, y1: y, y2: y + 5 }),
        draw("text", { x, y: y + 18, "text-anchor": time ? "middle" : "start" },
          this.bySeconds && this.lockstep.timed ? `${time / 1000} ${inLanguage("s", "с")}` : `${time}`));
    }
    return axis;
  }

  /** Puts the two playheads where each side is. */
  show() {
    if (!this.heads) return;
    this.lockstep.at(this.player.position).forEach((step, side) => {
      if (!this.heads[side]) return;
      const x = this.x(step < 0 ? 0 : this.clocks[side](step));
      set(this.heads[side], { x1: x, x2: x });
    });
  }
}

/** The lane of each activation: the first that is free when it starts. */
function lanesOf(track) {
  const extent = new Map();
  for (const { activation, begin, end } of track.spans()) {
    const own = extent.get(activation) ?? { begin, end };
    extent.set(activation, { begin: Math.min(own.begin, begin), end: Math.max(own.end, end) });
  }
  const until = [];
  const of = new Map();
  for (const [activation, { begin, end }] of [...extent].sort((a, b) => a[1].begin - b[1].begin)) {
    let lane = until.findIndex((end) => end < begin);
    if (lane < 0) lane = until.length;
    until[lane] = end;
    of.set(activation, lane);
  }
  return { size: until.length, of };
}
