// Talk mode: one pair fills the screen, for an audience and a clicker.

const talk = {
  /** The size of the code, in pixels. */
  size: Number(memory.get("size")) || 20,
  smallest: 18,
  largest: 40,

  get on() { return document.body.classList.contains("talk"); },

  toggle(on = !this.on) {
    document.body.classList.toggle("talk", on);
    for (const button of findAll("[data-do=talk]")) set(button, { "aria-pressed": on });
    // The page fills the window; the browser may refuse to fill the screen, and nothing is lost.
    if (on) document.documentElement.requestFullscreen?.().catch(() => {});
    else if (document.fullscreenElement) document.exitFullscreen();
    this.resize(0);
    book.player?.fit();
  },

  resize(by) {
    this.size = Math.max(this.smallest, Math.min(this.largest, this.size + by));
    memory.set("size", this.size);
    document.documentElement.style.setProperty("--talk-size", `${this.size}px`);
    book.player?.fit();
  },
};

document.addEventListener("fullscreenchange", () => {
  if (!document.fullscreenElement && talk.on) talk.toggle(false);
});
addEventListener("resize", () => talk.resize(0));
// The cover has no program to talk about, and no key that would end the talk; a pair that was not
// recorded has nothing to step through.
document.addEventListener("page", ({ detail }) => {
  if (!detail && talk.on) talk.toggle(false);
});

keys.add({
  "+": () => talk.resize(2),
  "=": () => talk.resize(2),
  "-": () => talk.resize(-2),
  t: () => talk.toggle(),
}, () => book.player);
keys.add({
  // Elsewhere they scroll the page.
  ArrowDown: () => book.player.go(1),
  ArrowUp: () => book.player.go(-1),
  Escape: () => talk.toggle(false),
}, () => talk.on);
