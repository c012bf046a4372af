// The buttons of a player: step, play, how far a step goes, how fast it plays.

class Controls {
  constructor(player) {
    this.player = player;
    this.bar = find("#controls").content.firstElementChild.cloneNode(true);
    const place = find(".player", player.article);
    place.prepend(this.bar);
    this.range = find("input", this.bar);
    this.count = find(".count", this.bar);
    this.actions = {
      first: () => player.seek(0),
      back: () => player.go(-1),
      forward: () => player.go(1),
      last: () => player.seek(Infinity),
      play: () => (player.timer ? player.pause() : player.play()),
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
    for (const [name, what] of [["speed", Number], ["stride", String]]) {
      const select = find(`.${name} select`, this.bar);
      select.addEventListener("change", () => { player[name] = what(select.value); });
    }
  }

  nextStride() {
    const select = find(".stride select", this.bar);
    select.selectedIndex = (select.selectedIndex + 1) % select.options.length;
    this.player.stride = select.value;
  }

  fit() {
    this.range.max = this.player.length;
  }

  show() {
    const { position, length } = this.player;
    this.range.value = position;
    set(this.range, { "aria-valuetext": `${position} / ${length}` });
    this.count.textContent = `${position} / ${length}`;
  }

  mark() {
    set(find("[data-do=play]", this.bar), { "aria-pressed": this.player.timer != null });
  }
}
