// Where a position stands on the timeline: by steps, by seconds, or with idle time squeezed. Nothing
// here touches the page.

/** How the timeline counts. */
const SCALES = {
  squeezed: { en: "Idle time squeezed", ru: "Ожидание сжато" },
  seconds: { en: "Seconds to scale", ru: "Секунды в масштабе" },
  steps: { en: "Steps", ru: "Шаги" },
};

/** A wait shows as wide as so many steps at most, and is called one from so many milliseconds. */
const WIDEST = 8;
const IDLE = 20;

class Scale {
  constructor(lockstep, kind) {
    this.lockstep = lockstep;
    this.kind = lockstep.timed ? kind : "steps";
    /** When each position was reached, in milliseconds since the first step of each program: what an
        interpreter and a debug build take to start is not what a pair compares. */
    this.times = [0];
    if (lockstep.timed) {
      let latest = 0;
      for (let position = 1; position <= lockstep.length; position++) {
        lockstep.at(position).forEach((step, side) => {
          if (step >= 0) latest = Math.max(latest, this.time(side, step));
        });
        this.times.push(latest);
      }
    }
    this.idle = [];
    this.offsets = [0];
    const longest = Math.max(1, ...this.times.map((time, place) => time - (this.times[place - 1] ?? 0)));
    for (let position = 1; position <= lockstep.length; position++) {
      const wait = this.kind === "squeezed" ? this.times[position] - this.times[position - 1] : 0;
      const wide = wait < IDLE ? 1 : 1 + WIDEST * Math.sqrt(wait / longest);
      if (wait >= IDLE) this.idle.push({ position, wait });
      this.offsets.push(this.offsets[position - 1] + wide);
    }
  }

  /** When a side's step was. */
  time(side, step) {
    const { times } = this.lockstep.tracks[side];
    return times[step] - times[0];
  }

  /** Where a side's step is, from 0 to 1. */
  of(side, step) {
    if (step < 0) return 0;
    if (this.kind === "seconds") return this.time(side, step) / this.end;
    return this.offsets[this.lockstep.positionOf(side, step)] / this.end;
  }

  get end() {
    return this.kind === "seconds" ? Math.max(1, this.times.at(-1)) : Math.max(1, this.offsets.at(-1));
  }

  /** Where a position is, from 0 to 1. */
  at(position) {
    return (this.kind === "seconds" ? this.times : this.offsets)[position] / this.end;
  }

  /** The last position that is there by now, from 0 to 1. */
  positionAt(share) {
    const places = this.kind === "seconds" ? this.times : this.offsets;
    const asked = share * this.end + (this.kind === "seconds" ? 0 : 0.5);
    let [low, high] = [0, places.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (places[middle] <= asked) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Marks along the axis: where, and what they say. */
  ticks(lang) {
    const second = lang === "ru" ? "с" : "s";
    if (this.kind === "squeezed") {
      return this.idle.map(({ position, wait }) => ({
        at: (this.offsets[position - 1] + this.offsets[position]) / 2 / this.end,
        text: `${decimal((wait / 1000).toFixed(wait >= 995 ? 1 : 2), lang)} ${second}`,
        wide: (this.offsets[position] - this.offsets[position - 1]) / this.end,
      }));
    }
    const step = [1, 2, 5].flatMap((n) => [1, 10, 100, 1000, 10000].map((m) => n * m))
      .sort((a, b) => a - b).find((tick) => this.end / tick <= 10) ?? this.end;
    const ticks = [];
    for (let place = 0; place <= this.end; place += step) {
      ticks.push({ at: place / this.end, text: this.kind === "seconds" ? `${decimal(String(place / 1000), lang)} ${second}` : `${place}` });
    }
    return ticks;
  }
}
