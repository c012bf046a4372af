// What happened, and what holds after each step. Nothing here touches the page.
//
// A program's run, as the book's file has it (`src/book/playback.rs` writes it):
//
//   activations  [function, kind, thread, which run of its function]
//   steps        [event, activation, line, extra]: `extra` is the text that is printed, the value
//                that is carried, the locals that changed, or how many steps are not told
//   times        milliseconds since the first step, where they are known
//   loops        lines that hand control to an event loop and wait there for its end
//   reasons      by the place of a step, where the recording tells them: {waits: [["lock", 3]]} what
//                a suspended activation waits for, and whom, with seconds or an expression as the third;
//                {by: 2, receives: "5"} who has one go on, null for the event loop, and what it receives

/** Events by their letters: what they are called, and whether they suspend, resume or end. */
const EVENTS = {
  s: { en: "starts", ru: "начинает", begins: true },
  l: { en: "runs", ru: "работает" },
  w: { en: "suspends", ru: "приостанавливается", suspends: true },
  y: { en: "yields", ru: "отдаёт через yield", suspends: true },
  r: { en: "resumes", ru: "продолжает", begins: true },
  n: { en: "is sent", ru: "получает через send", begins: true },
  t: { en: "is thrown", ru: "получает через throw", begins: true },
  e: { en: "returns", ru: "возвращает", ends: true },
  x: { en: "raises", ru: "завершается ошибкой", ends: true },
  c: { en: "is cancelled", ru: "отменена", ends: true, ended: true },
  o: { en: "is closed", ru: "закрыта", ends: true, ended: true },
  d: { en: "is dropped", ru: "уничтожена", ends: true, ended: true },
  p: { en: "prints", ru: "печатает" },
  f: { en: "goes on in the same way", ru: "продолжает так же" },
};

/** The event loop among the activations: no function of the program, but one who acts. */
const LOOP = -1;

/** So many steps lie between two states that are kept: any other one is so near to one of them. */
const KEPT = 32;

/** One program's run. */
class Track {
  constructor({ activations, steps, times, loops = [], reasons = {} }, isPython = false) {
    Object.assign(this, { steps, times, reasons, loops: new Set(loops) });
    const seen = new Map();
    this.activations = activations.map(([name, kind, thread, ordinal]) => {
      seen.set(name, Math.max(seen.get(name) ?? 0, ordinal));
      return { name, kind, thread, ordinal };
    });
    // Python's module and Rust's function `main` are recorded under one name with the coroutine that
    // they run, where that is `main` too, or a block in it: these are told apart.
    const named = (name) => this.activations.filter((it) => it.name === name);
    const [first] = this.activations;
    const inner = first?.name === "main" && first.kind === "function" ? named("main").slice(1) : [];
    const words = isPython ? ["<module>", "main"] : ["main", "main, async"];
    // A number only where a function has more than one activation.
    for (const it of this.activations) {
      const number = seen.get(it.name) > 1 ? ` ${it.ordinal}` : "";
      it.label = it.name + number;
      if (inner.length === 1 && inner[0].kind !== "function") {
        if (it === first) it.label = words[0];
        if (it === inner[0]) it.label = words[1];
      }
    }
  }

  get length() { return this.steps.length; }

  /** What holds once the steps up to `last` have happened; -1 is before the first. */
  stateAt(last) {
    const kept = this.keep()[Math.floor((last + 1) / KEPT)];
    const state = { ...kept, live: new Map(kept.live), running: [...kept.running] };
    for (let place = kept.last + 1; place <= last; place++) this.apply(state, place);
    state.step = last >= 0 ? this.steps[last] : null;
    state.output = this.printed.slice(0, state.length);
    state.control = state.running.at(-1) ?? null;
    // Who holds control at such a line has handed it over: nobody but the loop can act.
    state.loop = state.control !== null && this.isLoop(state.live.get(state.control), state.live);
    return state;
  }

  /** Whether an activation stands where it waits for an event loop to end. */
  isLoop(own, live) {
    return this.activations[own.activation].kind === "function" && this.loops.has(own.line)
      && [...live.values()].some(({ activation }) => /coroutine|async/.test(this.activations[activation].kind));
  }

  /** The states that are kept, and all that is printed. */
  keep() {
    if (this.kept) return this.kept;
    const state = { last: -1, line: null, live: new Map(), running: [], length: 0 };
    this.printed = "";
    this.kept = [];
    for (let place = -1; place < this.steps.length; place++) {
      if (place >= 0) {
        if (this.steps[place][0] === "p") this.printed += this.steps[place][3];
        this.apply(state, place);
      }
      if ((place + 1) % KEPT === 0) {
        this.kept.push({ ...state, live: new Map(state.live), running: [...state.running] });
      }
    }
    return this.kept;
  }

  /** One step on. What it changes of an activation is a new object: states that are kept share the
      others. */
  apply(state, place) {
    const [event, activation, line, extra] = this.steps[place];
    const { live, running } = state;
    state.last = place;
    state.line = line;
    // What is folded changes nothing by itself: the steps behind it do. Only of a run that is cut
    // nobody knows what becomes of the others.
    if (event === "f") {
      if (extra === 0) {
        for (const other of [...live.keys()]) if (other !== activation) live.delete(other);
        running.splice(0, running.length, activation);
      }
      return;
    }
    const { suspends, ends } = EVENTS[event];
    const at = running.lastIndexOf(activation);
    const own = live.get(activation) ?? { activation, locals: {}, caller: null };
    const next = { ...own, line, running: !(suspends || ends), since: own.since };
    if (suspends || ends) {
      if (at >= 0) running.splice(at, 1);
      next.since = place;
    } else if (at < 0) {
      next.caller = running.at(-1) ?? null;
      next.since = place;
      running.push(activation);
    }
    if (event === "l" && extra) {
      next.locals = { ...own.locals, ...extra };
      for (const name in extra) if (extra[name] === null) delete next.locals[name];
    }
    if (event === "p") state.length += extra.length;
    if (ends) live.delete(activation);
    else live.set(activation, next);
  }

  /** From where to where each activation ran or was suspended, by the places of its steps. Where a program
      waits for an event loop, the loop is one of them: it runs while nobody else can. */
  spans() {
    const spans = [];
    const open = new Map();
    const close = (activation, end, how = null) => {
      const span = open.get(activation);
      if (span) spans.push({ ...span, activation, end, how });
      open.delete(activation);
    };
    const turn = (activation, begin, running) => {
      if (open.get(activation)?.running === running) return;
      close(activation, begin);
      open.set(activation, { begin, running });
    };
    const state = { last: -1, line: null, live: new Map(), running: [], length: 0 };
    this.steps.forEach(([event, activation, , extra], place) => {
      this.apply(state, place);
      if (event === "f") {
        if (extra === 0) {
          for (const other of [...open.keys()]) if (other !== activation) close(other, place);
        }
        return;
      }
      const { suspends, ends } = EVENTS[event];
      if (ends) close(activation, place, event);
      else turn(activation, place, !suspends);
      const host = state.running.find((one) => this.isLoop(state.live.get(one), state.live));
      if (host === undefined) {
        close(LOOP, place);
      } else {
        turn(host, place, false);
        turn(LOOP, place, state.running.at(-1) === host);
      }
    });
    for (const activation of [...open.keys()]) close(activation, this.steps.length - 1);
    return spans;
  }

  /** Who let an activation begin or go on in a step: as the recording tells it, or who runs it, which may
      be the event loop; nothing where nobody did. */
  wokenBy(place) {
    const [event, activation] = this.steps[place];
    if (!EVENTS[event].begins) return null;
    const { live } = this.stateAt(place);
    const told = this.reasons[place]?.by;
    const { caller } = live.get(activation);
    const by = told ?? (caller !== null && this.isLoop(live.get(caller), live) ? LOOP : caller);
    return by === activation ? null : by;
  }
}

/** Two programs' runs, row by row: in a row one of them steps, or both. The right one may be missing:
    a program that Rust refuses has no run. */
class Lockstep {
  /** `rows` is as the file has it, `12b3l`: twelve rows of both, three of the left one alone. */
  constructor(left, right, rows) {
    this.tracks = [left, right];
    this.reached = [];
    let [l, r] = [-1, -1];
    for (const [, count, row] of rows.matchAll(/(\d*)([blr])/g)) {
      for (let times = Number(count || 1); times > 0; times--) {
        if (row !== "r") l += 1;
        if (row !== "l") r += 1;
        this.reached.push([l, r]);
      }
    }
    this.timed = this.tracks.every((track) => !track || Boolean(track.times));
  }

  get length() { return this.reached.length; }

  /** The last step of each side at a position: 0 is before everything, then one a row. */
  at(position) { return position > 0 ? this.reached[position - 1] : [-1, -1]; }

  /** Which sides step in the row before a position. */
  moved(position) {
    const [before, now] = [this.at(position - 1), this.at(position)];
    return now.map((last, side) => position > 0 && last !== before[side]);
  }

  /** Each side's step in the row before a position; nothing where it takes none. */
  stepsAt(position) {
    const moved = this.moved(position);
    return this.at(position).map((last, side) => (moved[side] ? this.tracks[side].steps[last] : null));
  }

  /** The first position at which a side has taken a step. */
  positionOf(side, step) {
    if (step < 0) return 0;
    let [low, high] = [1, this.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.at(middle)[side] >= step) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** The nearest position, from one on in a direction, whose row is of a kind; the end of the run where
      there is none. `is` is asked of each step of the row, with its side and its place. */
  next(from, by, is) {
    for (let position = from + by; position > 0 && position <= this.length; position += by) {
      const steps = this.stepsAt(position);
      if (steps.some((step, side) => step && is(step, side, this.at(position)[side]))) return position;
    }
    return by > 0 ? this.length : 0;
  }
}

/** What one can go by, coarser than a step. */
const STRIDES = {
  step: () => true,
  // Control goes from one activation to another.
  switch: ([event]) => EVENTS[event].begins || EVENTS[event].suspends || EVENTS[event].ends,
  output: ([event]) => event === "p",
};
