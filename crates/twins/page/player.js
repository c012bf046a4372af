// The player of one pair: which two programs are beside each other, and at which position. Each step
// is announced by the event `step` on the pair's page, with the player as its detail; whatever shows
// something of the pair listens to it.

/** How long a row shows at speed 1, in milliseconds. */
const ROW = 700;

class Player {
  constructor(article) {
    this.article = article;
    this.id = article.id;
    const { programs, rows } = JSON.parse(find("script.playback", article).textContent);
    this.tracks = Object.fromEntries(Object.entries(programs).map(([name, track]) => [name, new Track(track, name === "python")]));
    this.rows = rows;
    this.position = 0;
    this.stride = "step";
    this.timer = null;
    // Programs that only compute are done within a few of the clock's milliseconds.
    this.waits = Number(article.dataset.seconds) > 0;
    /** The programs' elements by their names, in the page's order. */
    this.programs = new Map(findAll(".program", article).map((program) => [program.dataset.program, program]));
    this.shown = ["python", "rust"];
    this.sides = [0, 1].map((side) => new Side(this, side));
    this.controls = new Controls(this);
    this.timeline = new Timeline(this);
    this.remarks = new Remarks(this);
    find(".player", article).append(find("#legend").content.firstElementChild.cloneNode(true));
    this.align();
  }

  /** Of all pairs alike: a speaker sets it once. */
  get speed() { return memory.get("speed") ?? "1"; }
  set speed(speed) { memory.set("speed", speed); }

  get length() { return this.lockstep.length; }

  /** What holds on a side at the position; nothing where the program has no run. */
  state(side) {
    const track = this.lockstep.tracks[side];
    return track ? track.stateAt(this.lockstep.at(this.position)[side]) : null;
  }

  /** Puts a program on a side, at the same moment of the other side's. What stands on the other side
      changes places with it. */
  choose(side, name) {
    if (!this.programs.has(name) || this.shown[side] === name) return;
    const other = 1 - side;
    const atEnd = this.position === this.length && this.length > 0;
    let kept = { side: other, step: this.lockstep.at(this.position)[other] };
    if (this.shown[other] === name) {
      this.shown.reverse();
      kept = { position: this.position };
    } else {
      this.shown[side] = name;
    }
    this.align();
    this.seek(atEnd ? this.length
      : kept.position ?? (this.lockstep.tracks[other] ? this.lockstep.positionOf(other, kept.step) : 0));
  }

  /** Shows two programs, as an address names them: `native`, beside Python, or `native+by_hand`. */
  compare(names) {
    const [left, right] = names.includes("+") ? names.split("+") : ["python", names];
    if (![left, right].every((name) => this.programs.has(name)) || left === right) return false;
    this.choose(0, left);
    this.choose(1, right);
    return true;
  }

  /** The two programs as an address names them. */
  get names() {
    const [left, right] = this.shown;
    return left === "python" ? right : `${left}+${right}`;
  }

  /** Puts the two programs' runs beside each other. */
  align() {
    const [left, right] = this.shown;
    const reversed = this.rows[`${right} ${left}`]?.replace(/[lr]/g, (side) => (side === "l" ? "r" : "l"));
    const alone = this.tracks[left] ? `${this.tracks[left].length}l` : `${this.tracks[right].length}r`;
    this.lockstep = new Lockstep(this.tracks[left] ?? null, this.tracks[right] ?? null,
      this.rows[`${left} ${right}`] ?? reversed ?? alone);
    // Another program may have fewer rows.
    this.position = Math.min(this.position, this.length);
    for (const side of this.sides) side.place();
    for (const side of this.sides) side.measure();
    this.controls.fit();
    this.timeline.fit();
    this.remarks.mark();
  }

  seek(position) {
    this.position = Math.max(0, Math.min(position, this.length));
    if (this.position === this.length) this.pause();
    this.show();
  }

  /** A step on or back, or as far as the stride goes. */
  go(by, stride = this.stride) {
    const is = STRIDES[stride];
    if (stride === "moment") return this.seek(this.remarks.next(this.position, by));
    this.seek(stride === "step" ? this.position + by : this.lockstep.next(this.position, by, is));
  }

  /** Goes to the next time that a line of a side runs, from the start again after the last. */
  run(side, line) {
    const is = ([event, , at], own) => own === side && at === line && event !== "p";
    const found = (position) => {
      const steps = this.lockstep.stepsAt(position);
      return steps[side] && is(steps[side], side);
    };
    const next = this.lockstep.next(this.position, 1, is);
    if (found(next)) return this.seek(next);
    const first = this.lockstep.next(0, 1, is);
    if (found(first)) this.seek(first);
  }

  /** Goes to the next time that a line that is lit runs: the right program's, which is the one that is
      chosen, if it moves in this row. */
  again() {
    const steps = this.lockstep.stepsAt(this.position);
    const side = steps[1] ? 1 : 0;
    if (steps[side]) this.run(side, steps[side][2]);
  }

  play() {
    if (this.position === this.length) this.seek(0);
    if (this.speed === "real") this.playInTime();
    else this.playInSteps();
    this.controls.mark();
  }

  playInSteps() {
    const next = () => {
      this.timer = setTimeout(() => {
        next();
        this.go(1);
      }, ROW / Number(this.speed));
    };
    next();
  }

  /** As fast as the programs ran. */
  playInTime() {
    const { times } = new Scale(this.lockstep, "seconds");
    const began = performance.now() - times[this.position];
    const tick = () => {
      this.timer = setTimeout(tick, 16);
      const now = performance.now() - began;
      let position = this.position;
      while (position < this.length && times[position + 1] <= now) position += 1;
      if (position !== this.position) this.seek(position);
    };
    tick();
  }

  pause() {
    clearTimeout(this.timer);
    this.timer = null;
    this.controls.mark();
  }

  /** Brings everything to the position. */
  show() {
    this.controls.show();
    for (const side of this.sides) side.show(this.state(side.side));
    this.timeline.show();
    this.remarks.show();
    // All is written before anything is measured: the browser lays the page out once.
    for (const side of this.sides) side.follow();
    this.article.dispatchEvent(new CustomEvent("step", { bubbles: true, detail: this }));
  }

  /** Draws anew what depends on the room and the language. */
  fit() {
    this.controls.fit();
    for (const side of this.sides) side.measure();
    this.timeline.fit();
    this.show();
  }

  /** Scrolls the page to the programs, if most of them is out of view, or a lit line is behind the bar:
      a step that nobody sees is none. */
  bring() {
    const { top, bottom, height } = find(".programs", this.article).getBoundingClientRect();
    const room = innerHeight - this.controls.bar.offsetHeight;
    const seen = Math.min(bottom, room) - Math.max(top, 0);
    const hidden = this.sides.some(({ track, lit }) => track && lit && lit.getBoundingClientRect().bottom > room);
    if (seen < Math.min(height, room) * 0.6 || hidden) find(".player", this.article).scrollIntoView();
  }

  /** What both sides do in the row before a position, in words. */
  words(position = this.position, lang = language()) {
    const at = this.lockstep.at(position);
    return this.lockstep.moved(position).map((moved, side) =>
      (moved ? wordsOf(this.lockstep.tracks[side], at[side], lang) : ""));
  }
}
