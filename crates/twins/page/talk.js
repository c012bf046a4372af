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
    book.player?.show();
  },

  resize(by) {
    this.size = Math.max(this.smallest, Math.min(this.largest, this.size + by));
    memory.set("size", this.size);
    document.documentElement.style.setProperty("--talk-size", `${this.size}px`);
    book.player?.fit();
    book.player?.show();
  },
};

document.addEventListener("fullscreenchange", () => {
  if (!document.fullscreenElement && talk.on) talk.toggle(false);
});
addEventListener("resize", () => talk.resize(0));
