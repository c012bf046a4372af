// Search in everything: titles, lessons, prose, programs, output, the glossary; a name of one
// language finds what the other calls it.

/** So many results are shown; more are counted. */
const RESULTS = 40;

const searching = {
  /** What can be found: where it leads, what it is called, and its texts, each with its kind. */
  get index() {
    this.made ??= [...pages.all.map((page) => indexOfPage(page)), ...indexOfGlossary()];
    return this.made;
  },

  /** Names that mean the same in the two languages, in lower case. */
  get alike() {
    this.rows ??= JSON.parse(find("#alike")?.textContent ?? "[]");
    return this.rows;
  },

  /** A word, and what the other language calls it. */
  meanings(word) {
    const others = this.alike.flatMap(([python, rust]) => [
      ...(python.includes(word) ? rust : []), ...(rust.includes(word) ? python : [])]);
    return [...new Set([word, ...others])];
  },

  find(query) {
    const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean).map((word) => this.meanings(word));
    if (!words.length) return null;
    const found = [];
    for (const entry of this.index) {
      if (!words.every((meanings) => meanings.some((word) => entry.all.includes(word)))) continue;
      // What says all of it in one line is best, then what has the word itself.
      const lines = entry.lines.map((line) => {
        const hits = words.map((meanings) => meanings.findIndex((word) => line.lower.includes(word)));
        const count = hits.filter((hit) => hit >= 0).length;
        const own = hits.filter((hit) => hit === 0).length;
        return { line, score: count * 100 + own * 10 + line.weight };
      });
      const best = lines.reduce((one, other) => (other.score > one.score ? other : one));
      found.push({ entry, line: best.line, score: best.score });
    }
    return { words: words.flat(), found: found.sort((a, b) => b.score - a.score) };
  },

  /** Writes what is found, below the field and into the contents. */
  show(query) {
    const result = this.find(query);
    const place = find("#results");
    const ids = result && new Set(result.found.map(({ entry }) => entry.page));
    for (const link of findAll("#contents [data-page]")) {
      link.parentElement.hidden = Boolean(ids) && !ids.has(link.dataset.page);
    }
    for (const section of findAll("#contents section")) section.hidden = !find("li:not([hidden])", section);
    place.hidden = !result;
    place.replaceChildren();
    const status = find("#found");
    if (!result) return status.replaceChildren();
    const { words, found } = result;
    if (!found.length) {
      status.replaceChildren(both(`Nothing has “${query.trim()}”.`, `«${query.trim()}» нет нигде.`));
      place.append(make("li", { class: "nothing" }, both(
        `Nothing has “${query.trim()}”: not a title, a text, a line of code, or what is printed.`,
        `«${query.trim()}» нет нигде: ни в заголовках, ни в текстах, ни в программах, ни в выводе.`)));
      return;
    }
    status.replaceChildren(both(`Found: ${found.length}`, `Найдено: ${found.length}`));
    for (const { entry, line } of found.slice(0, RESULTS)) {
      place.append(make("li", {}, make("a", { href: line.href ?? entry.href },
        make("b", {}, entry.title()), " ", make("small", {}, line.kind.cloneNode(true)),
        make("span", { class: line.code ? "code-hit" : "hit" }, ...marked(line.text, words)))));
    }
    if (found.length > RESULTS) {
      place.append(make("li", {}, both(`and ${found.length - RESULTS} more: add a word`, `и ещё ${found.length - RESULTS}: добавьте слово`)));
    }
  },

  /** Goes to the first result, and away. */
  enter() {
    const first = find("#results a");
    if (!first) return;
    location.hash = first.hash;
    this.leave();
  },

  leave() {
    const field = find("#search");
    field.value = "";
    this.show("");
    field.blur();
    find("#main").focus({ preventScroll: true });
  },

  listen() {
    const field = find("#search");
    field.addEventListener("input", () => this.show(field.value));
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.enter();
      else if (event.key === "Escape") this.leave();
      else if (event.key === "ArrowDown") find("#results a")?.focus();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    find("#results").addEventListener("keydown", (event) => {
      const links = findAll("#results a");
      const place = links.indexOf(document.activeElement);
      if (event.key === "Escape") this.leave();
      else if (event.key === "ArrowDown") links[place + 1]?.focus();
      else if (event.key === "ArrowUp") (links[place - 1] ?? field).focus();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    find("#results").addEventListener("click", (event) => {
      if (event.target.closest("a")) setTimeout(() => this.leave());
    });
  },
};

/** A line that can be found. */
const lineOf = (text, kind, weight, more = {}) => ({ text: text.trim(), lower: text.toLocaleLowerCase(), kind, weight, ...more });

/** What a pair's page says, before it is filled. */
function indexOfPage(page) {
  const text = document.createElement("template");
  text.innerHTML = pages.source(page);
  const { content } = text;
  const lines = [lineOf(page.id, both("name", "имя"), 9)];
  const add = (selector, kind, weight) => {
    for (const element of findAll(selector, content)) {
      for (const own of element.textContent.split("\n")) if (own.trim()) lines.push(lineOf(own, kind, weight));
    }
  };
  add("h2 [lang]", both("title", "заголовок"), 8);
  add(".lesson [lang]", both("lesson", "урок"), 6);
  add(".introduces code", both("new here", "впервые здесь"), 7);
  for (const program of findAll(".program", content)) {
    const name = program.dataset.program;
    const kind = make("span", {}, name);
    for (const line of findAll(".line", program)) {
      lines.push(lineOf(line.textContent, kind, 4, { code: true, href: `#${page.id}/${name === "python" ? "rust" : name}` }));
    }
  }
  add(".whole-output .output, .by-design .output", both("output", "вывод"), 3);
  add(".prose :is(p, li), .look li, .differences [lang], .implied [lang], .quote", both("text", "текст"), 2);
  const names = pages.title(page);
  return {
    page: page.id,
    href: `#${page.id}`,
    title: () => {
      const title = document.createDocumentFragment();
      title.append(...names.map((node) => node.cloneNode(true)));
      return title;
    },
    lines,
    all: lines.map((line) => line.lower).join("\n"),
  };
}

/** The rows of the glossary. */
function indexOfGlossary() {
  return findAll("#glossary .words > div, #glossary tbody tr").map((row, place) => {
    row.id ||= `glossary-${place}`;
    const line = lineOf(row.textContent.replace(/\s+/g, " "), both("", ""), 5);
    return { page: null, href: `#${row.id}`, title: () => both("Glossary", "Словарь"), lines: [line], all: line.lower };
  });
}

/** A text in which the words stand out, cut around the first of them. */
function marked(text, words) {
  const lower = text.toLocaleLowerCase();
  const hits = words.map((word) => lower.indexOf(word)).filter((at) => at >= 0);
  const begin = Math.max(0, Math.min(...hits, Infinity) - 60);
  const start = Number.isFinite(begin) && begin > 0 ? begin : 0;
  const cut = text.slice(start, start + 160);
  const escaped = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const parts = cut.split(new RegExp(`(${escaped.join("|")})`, "i"));
  return [start ? "…" : "", ...parts.map((part, index) => (index % 2 ? make("mark", {}, part) : part)), text.length > start + 160 ? "…" : ""];
}

/** Sections that are no pair: the glossary, the costs, random programs. An address may name one, or something in it. */
const plain = {
  route(hash) {
    const id = hash.slice(1);
    if (!id) return plain.leave();
    if (/^glossary-/.test(id)) searching.index.length;
    const section = document.getElementById(id)?.closest("section.plain");
    if (!section) return plain.leave();
    if (talk.on) talk.leave();
    book.go("#");
    find("#cover").hidden = true;
    section.hidden = false;
    document.title = `${pick(find("h2", section))} · Twins`;
    const own = document.getElementById(id);
    if (own === section) scrollTo(0, 0);
    else own.scrollIntoView({ block: "center" });
    return true;
  },

  leave() {
    for (const section of findAll("section.plain")) section.hidden = true;
    return false;
  },
};

book.routes.push((hash) => plain.route(hash));
