// What to look at: remarks that lead to the steps they speak of, the marked moments of a pair.

class Remarks {
  constructor(player) {
    this.player = player;
    this.links = findAll(".remark", player.article);
    for (const link of this.links) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        player.seek(this.position(link));
        player.bring();
      });
    }
    this.moments = [];
  }

  /** Where a remark leads: the position at which its program has taken its step. Where that program is
      not shown, as Python beside Rust has it. */
  position(link) {
    const { program, step } = link.dataset;
    const side = this.player.shown.indexOf(program);
    const shown = side >= 0 && this.player.lockstep.tracks[side];
    const lockstep = shown ? this.player.lockstep
      : new Lockstep(this.player.tracks.python, this.player.tracks.rust, this.player.rows["python rust"]);
    return lockstep.positionOf(shown ? side : Number(program !== "python"), Number(step));
  }

  /** Writes where each leads; anew when other programs are beside each other. */
  mark() {
    const moments = this.links.map((link) => {
      const position = this.position(link);
      set(link, { href: `#${this.player.id}@${position}`, "data-position": position });
      return position;
    });
    this.moments = [...new Set(moments)].sort((a, b) => a - b);
  }

  /** Tells which remark the position is at. */
  show() {
    for (const link of this.links) {
      const is = Number(link.dataset.position) === this.player.position;
      link.toggleAttribute("data-now", is);
    }
  }

  /** The next marked moment, on or back. */
  next(position, by) {
    const places = by > 0 ? this.moments.filter((moment) => moment > position)
      : this.moments.filter((moment) => moment < position).reverse();
    return places[0] ?? (by > 0 ? this.player.length : 0);
  }
}
