// The buttons of a player: step, play, how far a step goes, how fast it plays.

class Controls {
  constructor(player) {
    this.player = player;
    this.bar = find("#controls").content.firstElementChild.cloneNode(true);
    const place = find(".player", player.article);
    place.prepend(this.bar);
    find("[data-do=play]", this.bar).id = `${player.id}-play`;
    this.range = find("input", this.bar);
    this.count = find(".count", this.bar);
    this.actions = {
      first: () => player.seek(0),
      back: () => player.go(-1),
      forward: () => player.go(1),
      last: () => player.seek(Infinity),
      play: () => (player.timer ? player.pause() : player.play()),
      predict: () => predict.toggle(),
      still: () => saveStill(player),
      talk: () => talk.toggle(),
      speaker: () => speaker.open(),
    };
    // A click leaves the keys where they are: a speaker who clicks "Talk" presses space to play.
    place.addEventListener("mousedown", (event) => {
      if (event.target.closest("button")) event.preventDefault();
    });
    for (const button of findAll("button", this.bar)) {
      button.addEventListener("click", () => this.actions[button.dataset.do]());
    }
    this.range.addEventListener("input", () => player.seek(Number(this.range.value)));
    this.selects = ["speed", "stride"].map((name) => find(`.${name} select`, this.bar));
    for (const select of this.selects) {
      select.addEventListener("change", () => { player[select.name] = select.value; });
    }
  }

  nextStride() {
    const [, select] = this.selects;
    select.selectedIndex = (select.selectedIndex + 1) % select.options.length;
    this.player.stride = select.value;
  }

  fit() {
    this.range.max = this.player.length;
    for (const select of this.selects) {
      for (const option of select.options) option.textContent = option.dataset[language()];
    }
    const real = find("[value=real]", this.bar);
    real.disabled = !this.player.lockstep.timed || !this.player.waits;
  }

  show() {
    const { position, length } = this.player;
    this.range.value = position;
    set(this.range, { "aria-valuetext": `${position} / ${length}` });
    find(".speed select", this.bar).value = this.player.speed;
    this.count.textContent = `${position} / ${length}`;
  }

  mark() {
    set(find("[data-do=play]", this.bar), { "aria-pressed": this.player.timer != null });
  }
}
