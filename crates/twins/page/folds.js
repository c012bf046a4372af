// What a program's part of talk mode leaves out: functions that are not in play become a line each,
// as far as the room asks for it.

/** So many steps a function stays open between two of its runs: else it would flicker. */
const RESTS = 24;

class Folds {
  constructor(side) {
    this.lines = side.lines;
    this.track = side.track;
    this.blocks = blocksOf(this.lines.map((line) => textOf(line)));
    this.plays = side.track ? this.playing(side.track) : this.blocks.map(() => [[0, Infinity]]);
    this.folded = new Set();
  }

  /** From which step to which each block is in play. */
  playing(track) {
    const blockAt = (line) => this.blocks.findIndex(({ from, to }) => line - 1 >= from && line - 1 <= to);
    const plays = this.blocks.map(() => []);
    const live = this.blocks.map(() => new Set());
    const open = (block, step) => {
      const last = plays[block].at(-1);
      if (last && step - last[1] <= RESTS) last[1] = Infinity;
      else plays[block].push([step, Infinity]);
    };
    const where = new Map();
    const leave = (activation, step) => {
      const block = where.get(activation);
      where.delete(activation);
      live[block]?.delete(activation);
      if (live[block]?.size === 0) plays[block].at(-1)[1] = step;
    };
    track.steps.forEach(([event, activation, line], step) => {
      const block = blockAt(line);
      if (event === "f" || block < 0) return;
      // Python's module goes from part to part; a function stays in its own.
      if (where.get(activation) !== block) {
        leave(activation, step);
        if (live[block].size === 0) open(block, step);
        live[block].add(activation);
        where.set(activation, block);
      }
      if (EVENTS[event].ends) leave(activation, step);
    });
    return plays;
  }

  /** Folds for a room of so many lines, at a step; tells whether anything has moved. */
  fit(room, step) {
    return this.set(this.wanted(room, step));
  }

  wanted(room, step) {
    const tall = (folded) => this.blocks.reduce((sum, { from, to }, block) =>
      sum + (folded.has(block) ? 1 : to - from + 1), 0);
    const long = this.blocks.flatMap(({ from, to }, block) => (to > from ? [block] : []));
    const none = new Set();
    if (tall(none) <= room) return none;
    const never = new Set(long.filter((block) => this.plays[block].length === 0));
    if (tall(never) <= room) return never;
    // The farther from its turn, the sooner folded; what is in play never is, nor what is next.
    const far = (block) => Math.min(...this.plays[block].map(([from, to]) =>
      (step + 1 >= from && step <= to + RESTS ? 0 : Math.min(Math.abs(from - step), Math.abs(step - to)))));
    const folded = new Set(never);
    const idle = long.filter((block) => !never.has(block) && far(block) > 0).sort((a, b) => far(b) - far(a));
    for (const block of idle) {
      if (tall(folded) <= room) break;
      folded.add(block);
    }
    return folded;
  }

  set(folded) {
    let moved = false;
    this.blocks.forEach(({ from, to, head }, block) => {
      const is = folded.has(block);
      if (is === this.folded.has(block)) return;
      moved = true;
      for (let place = from; place <= to; place++) {
        this.lines[place].classList.toggle("folded", is && place !== head);
      }
      this.lines[head].classList.toggle("fold", is);
      if (is) this.lines[head].dataset.more = to - from;
      else delete this.lines[head].dataset.more;
    });
    this.folded = folded;
    return moved;
  }
}

/** A line's text, without what the page adds to it. */
function textOf(line) {
  const copy = line.cloneNode(true);
  for (const ours of findAll(".who, .mark", copy)) ours.remove();
  return copy.textContent.trimEnd();
}

/** What stands before the program itself: imports. */
const isPreamble = (text) => /^(use|import|from|mod|extern)\b/.test(text);

/** The top-level parts of a source: from a line that begins at the margin after an empty one to the
    next such. `head` is the line that names it. */
function blocksOf(texts) {
  const blocks = [];
  let quoted = false;
  texts.forEach((text, place) => {
    const begins = place === 0 || (!quoted && /^\S/.test(text) && texts[place - 1] === "");
    if (text.split('"""').length % 2 === 0) quoted = !quoted;
    // What a file begins with is one part.
    if (begins && !(blocks.length === 1 && isPreamble(texts[place]))) blocks.push({ from: place, to: place });
    else blocks.at(-1).to = place;
  });
  for (const block of blocks) {
    const own = texts.slice(block.from, block.to + 1);
    // Not a comment, an attribute or a decorator, unless there is nothing else.
    const named = /^["']/.test(own[0]) ? 0 : own.findIndex((text) => /^[^\s#/@}]/.test(text));
    block.head = block.from + Math.max(0, named);
  }
  return blocks;
}
