// The pages: each lies in the file as text that the browser does not lay out, in a `noscript`, and is
// filled when it is first opened. Without scripts the same text is the page.

const pages = {
  all: findAll(".page"),
  players: new Map(),

  get(id) { return this.all.find((page) => page.id === id); },

  /** A page's words, programs and output as they stand in the file: HTML. */
  source(page) {
    this.sources ??= new Map(this.all.map((page) => [page, find("noscript", page).textContent]));
    return this.sources.get(page);
  },

  /** Puts a page's text into it. */
  fill(page) {
    if ("filled" in page.dataset) return;
    const source = this.source(page);
    const text = document.createElement("template");
    text.innerHTML = source;
    find("noscript", page).replaceWith(text.content);
    page.dataset.filled = "";
    for (const button of findAll(".copy", page)) button.addEventListener("click", () => copy(button));
    const index = this.all.indexOf(page);
    const link = (other, mark) => other && make("a", { href: `#${other.id}` }, mark, " ", ...this.title(other));
    find(".turn", page).append(...[link(this.all[index - 1], "←"), link(this.all[index + 1], "→")].filter(Boolean));
  },

  /** A page's title, as it stands in the contents. */
  title(page) {
    const link = find(`#contents [data-page="${page.id}"]`);
    return [...link.childNodes].map((node) => node.cloneNode(true));
  },

  /** The page that has an element of this name, filled or not. */
  holding(id) {
    return this.all.find((page) => ("filled" in page.dataset
      ? find(`#${CSS.escape(id)}`, page) : this.source(page).includes(` id="${id}"`)));
  },

  /** The page's player, made when the page is first opened; a pair that was not recorded has none. */
  player(page) {
    this.fill(page);
    if ("still" in page.dataset) return null;
    if (!this.players.has(page)) this.players.set(page, new Player(page));
    return this.players.get(page);
  },
};

/** Copies a program as it stands in its file. */
async function copy(button) {
  const code = find(".code", button.closest(".program")).cloneNode(true);
  for (const ours of findAll(".mark, .who", code)) ours.remove();
  const text = code.textContent.trimStart().replace(/\s*$/, "\n");
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.body.appendChild(make("textarea", { class: "unseen" }, text));
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  button.classList.add("done");
  setTimeout(() => button.classList.remove("done"), 1500);
}
