// The timeline: a bar for each activation, thick where it runs and thin where it is suspended,
// both languages on one axis.

/** Lengths in pixels: around it, above each language's bars, below them, and a lane of bars. */
const TIMELINE = { margin: 10, heading: 22, axis: 24, lane: 13, least: 1, thin: 3 };

/** Draws a lockstep's timeline, in the reader's language, into a width and at most a height; `seek` is called with the
    position that was clicked. */
class Timeline {
  constructor(lockstep, names, { width, height }, seek) {
    this.lockstep = lockstep;
    this.width = width;
    this.heads = [];
    this.clocks = [lockstep.clock(0), lockstep.clock(1)];
    const tracks = [lockstep.left, lockstep.right];
    const ends = tracks.map((track, side) => track.steps.length && this.clocks[side](track.steps.length - 1));
    this.end = Math.max(1, ...ends);
    const lanes = tracks.map((track) => lanesOf(track));
    const count = lanes.reduce((sum, { size }) => sum + size, 0);
    const room = height - 2 * TIMELINE.heading - TIMELINE.axis;
    this.lane = Math.max(TIMELINE.least, Math.min(TIMELINE.lane, room / count));
    let top = 0;
    const parts = tracks.flatMap((track, side) => {
      const name = side ? "right" : "left";
      const tall = TIMELINE.heading + lanes[side].size * this.lane;
      const heading = draw("text", { x: TIMELINE.margin, y: 15, class: "band" }, names[side]);
      const band = draw("g", { transform: `translate(0 ${top})`, class: name },
        heading, ...this.bars(track, side, lanes[side].of));
      const head = draw("line", { class: `head ${name}`, y1: top + TIMELINE.heading - 3, y2: top + tall });
      this.heads.push(head);
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
      seek(lockstep.positionAt(this.time(event.clientX - this.svg.getBoundingClientRect().left)));
    });
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
          this.lockstep.bySeconds ? `${time / 1000} ${inLanguage("s", "с")}` : `${time}`));
    }
    return axis;
  }

  /** Puts the two playheads where each side is. */
  show(position) {
    this.lockstep.at(position).forEach((step, side) => {
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
