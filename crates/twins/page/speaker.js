// The speaker's window: notes, what comes next, the clock. It is this page with the address
// #speaker; the two talk by postMessage, which works from file:// too.

const speaker = {
  /** The other window: the speaker's for the book, the book's for the speaker. */
  other: null,
  is: location.hash === "#speaker",

  open() {
    this.other = window.open(`${location.href.split("#")[0]}#speaker`, "twins-speaker", "width=900,height=700");
  },

  /** Tells the speaker's window where the book is. */
  tell() {
    const player = book.player;
    if (!this.other || this.other.closed || !player) return;
    const index = pages.all.indexOf(player.article);
    const minutes = pages.all.map((page) => Number(page.dataset.minutes));
    const sum = (list) => list.reduce((total, one) => total + one, 0);
    this.other.postMessage({
      twins: "state",
      lang: language(),
      scheme: document.documentElement.dataset.scheme,
      title: pick(find("h2", player.article)),
      notes: findAll(`.look [lang=${language()}] li`, player.article).map((remark) => remark.textContent).join(" "),
      step: `${player.position} / ${player.length}`,
      next: player.position < player.length ? player.words(player.position + 1) : null,
      minutes: minutes[index],
      before: sum(minutes.slice(0, index)),
      whole: sum(minutes),
    }, "*");
  },

  /** In the speaker's window: builds it, and sends every key to the book. */
  begin() {
    document.body.className = "speaker";
    const began = Date.now();
    const place = (name) => make("div", { class: name });
    const parts = Object.fromEntries(["title", "step", "next", "notes", "clock", "minutes"].map((name) => [name, place(name)]));
    const list = find("#keys");
    document.body.replaceChildren(
      make("main", {}, make("h1", {}, both("Speaker", "Докладчик")), ...Object.values(parts)), list);
    const tick = () => {
      // Every second, so that a book which was loaded anew finds this window again.
      opener?.postMessage({ twins: "hello" }, "*");
      const passed = Math.floor((Date.now() - began) / 1000);
      const pad = (number) => String(number).padStart(2, "0");
      parts.clock.textContent = `${new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })} · ${pad(Math.floor(passed / 60))}:${pad(passed % 60)}`;
    };
    tick();
    setInterval(tick, 1000);
    addEventListener("message", ({ data, source }) => {
      if (source !== opener || data?.twins !== "state") return;
      set(document.documentElement, { lang: data.lang, "data-scheme": data.scheme });
      document.title = `${data.step} · ${data.title}`;
      parts.title.textContent = data.title;
      parts.step.textContent = data.step;
      parts.notes.textContent = data.notes;
      parts.next.replaceChildren(both("Next", "Дальше"), ...(data.next
        ? data.next.map((words, side) => make("p", {}, words && `${side ? "Rust" : "Python"} ${words}`))
        : [make("p", {}, both("the next pair: n", "следующая пара: n"))]));
      parts.minutes.replaceChildren(both(
        `${data.minutes} min for this pair, ${data.before} before it, ${data.whole} in all`,
        `${data.minutes} мин на эту пару, ${data.before} до неё, всего ${data.whole}`));
    });
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || list.open) return;
      const key = keyName(event);
      // Tab, F5, F11 and the like are this window's, and so is what the book would open itself.
      if (!/^((Shift\+)?Arrow.*|Page.*|Home|End|Escape|[^s/])$/.test(key)) return;
      event.preventDefault();
      if (key === "?") list.showModal();
      else opener?.postMessage({ twins: "key", key }, "*");
    });
  },

  /** In the book: listens to the speaker's window. */
  listen() {
    for (const event of ["step", "page"]) document.addEventListener(event, () => this.tell());
    addEventListener("message", ({ data, source }) => {
      if (data?.twins === "hello") {
        this.other = source;
        this.tell();
      } else if (data?.twins === "key" && source === this.other) {
        keys.press(data.key);
      }
    });
  },
};

/** An element's text in the reader's language. */
function pick(element) {
  return (find(`[lang=${language()}]`, element) ?? element).textContent;
}

keys.add({ s: () => speaker.open() }, () => book.player);
