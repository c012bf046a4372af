// The sentence about a step: shown above each program, and spoken once by the page's live region.

const live = {
  listen() {
    this.region = find("#live");
    document.addEventListener("step", ({ detail }) => this.tell(detail));
  },

  tell(player) {
    const words = player.words();
    player.sides.forEach((side, place) => side.tell(words[place]));
    // While it plays, a sentence would be cut off by the next.
    if (player.timer || document.body.classList.contains("still")) return;
    clearTimeout(this.timer);
    const name = (place) => pick(find(".label", player.sides[place].program));
    const said = words.map((text, place) => text && `${name(place)}: ${text}`).filter(Boolean).join(". ");
    const sentence = `${player.position} / ${player.length}. ${said}`;
    this.timer = setTimeout(() => { this.region.textContent = sentence; }, 60);
  },
};
