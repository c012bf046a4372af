// What happened, and what holds after each step. Nothing here touches the page.

/** Steps of a track: [event, activation, line, printed text or changed locals]. */
const EVENTS = {
  s: { name: "starts", ru: "начинает" },
  l: { name: "runs", ru: "выполняет" },
  y: { name: "suspends", ru: "приостановлена" },
  r: { name: "resumes", ru: "продолжает" },
  e: { name: "returns", ru: "возвращается" },
  x: { name: "raises", ru: "завершается ошибкой" },
  p: { name: "prints", ru: "печатает" },
  f: { name: "goes on in the same way", ru: "продолжает так же" },
};

/** One program's run. */
class Track {
  constructor({ activations, steps, times }) {
    Object.assign(this, { steps, times });
    const seen = new Map();
    this.activations = activations.map(([name, kind, thread, ordinal]) => {
      seen.set(name, Math.max(seen.get(name) ?? 0, ordinal));
      return { name, kind, thread, ordinal };
    });
    // A number only where a function has more than one activation.
    for (const it of this.activations) {
      it.label = seen.get(it.name) > 1 ? `${it.name} ${it.ordinal}` : it.name;
    }
  }

  /** What holds once the steps up to `last` have happened; -1 is before the first. */
  state(last) {
    const live = new Map();
    const running = [];
    let output = "";
    let line = null;
    for (let index = 0; index <= last; index++) {
      const [event, activation, at, extra] = this.steps[index];
      line = at;
      // What is folded changes nothing by itself: the steps behind it do. Only of a run that is cut
      // nobody knows what becomes of the others.
      if (event === "f") {
        if (extra === 0) {
          for (const other of [...live.keys()]) if (other !== activation) live.delete(other);
          running.splice(0, running.length, activation);
        }
        continue;
      }
      let own = live.get(activation);
      if (!own) live.set(activation, (own = { activation, line: at, running: true, locals: {} }));
      own.line = at;
      const place = running.indexOf(activation);
      if (event === "y" || event === "e" || event === "x") {
        if (place >= 0) running.splice(place, 1);
        own.running = false;
        if (event !== "y") live.delete(activation);
      } else {
        own.running = true;
        if (place < 0) running.push(activation);
      }
      if (event === "p") output += extra;
      if (event === "l" && extra) {
        Object.assign(own.locals, extra);
        for (const name in extra) if (extra[name] === null) delete own.locals[name];
      }
    }
    const step = last >= 0 ? this.steps[last] : null;
    return { step, line, live, running, output, control: running.at(-1) ?? null };
  }

  /** From where to where each activation ran or was suspended, by the index of its steps. */
  spans() {
    const spans = [];
    const open = new Map();
    const close = (activation, end) => {
      const span = open.get(activation);
      if (span) spans.push({ ...span, activation, end });
      open.delete(activation);
    };
    this.steps.forEach(([event, activation], index) => {
      if (event === "f") {
        if (this.steps[index][3] === 0) {
          for (const other of [...open.keys()]) if (other !== activation) close(other, index);
        }
        return;
      }
      if (event === "e" || event === "x") {
        close(activation, index);
      } else if (event === "y") {
        close(activation, index);
        open.set(activation, { begin: index, running: false });
      } else if (!open.get(activation)?.running) {
        close(activation, index);
        open.set(activation, { begin: index, running: true });
      }
    });
    for (const activation of [...open.keys()]) close(activation, this.steps.length - 1);
    return spans;
  }
}

/** Python's run and one Rust program's, row by row: in a row one of them steps, or both. */
class Lockstep {
  /** `bySeconds` is whether the clock counts seconds; where times are missing, it counts rows. */
  constructor(left, right, rows, bySeconds) {
    this.left = left;
    this.right = right;
    this.timed = Boolean(left.times && right.times);
    this.bySeconds = bySeconds && this.timed;
    this.reached = [];
    let [l, r] = [-1, -1];
    for (const row of rows) {
      if (row !== "r") l += 1;
      if (row !== "l") r += 1;
      this.reached.push([l, r]);
    }
  }

  get length() { return this.reached.length; }

  /** The last step of each side at a position: 0 is before everything, then one a row. */
  at(position) { return position > 0 ? this.reached[position - 1] : [-1, -1]; }

  /** When a step was: milliseconds since the program's first step, or its row. What an interpreter
      and a debug build take to start is not what a pair compares. */
  clock(side) {
    const { times } = side === 0 ? this.left : this.right;
    if (this.bySeconds) return (step) => times[step] - times[0];
    const rows = [];
    this.reached.forEach((reached, row) => { rows[reached[side]] ??= row; });
    return (step) => rows[step];
  }

  /** The position at a time of the clock. */
  positionAt(time) {
    const clocks = [this.clock(0), this.clock(1)];
    let position = 0;
    this.reached.forEach((reached, row) => {
      const now = Math.max(...reached.map((step, side) => (step < 0 ? 0 : clocks[side](step))));
      if (now <= time) position = row + 1;
    });
    return position;
  }
}
