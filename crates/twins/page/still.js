// A still: both programs at a step, as an SVG that a slide or a document can take in.

/** Lengths, in the still's own pixels: a letter, a line, the room around. */
const STILL = { letter: 9.03, line: 21, room: 24, font: 15, gutter: 4 };

/** The text of an SVG of what the player shows. */
function stillOf(player) {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => lightOrDark(style.getPropertyValue(`--${name}`));
  const sides = player.sides.map((side) => stillSide(side, colour));
  const heights = sides.map(({ height }) => height);
  const widths = sides.map(({ width }) => width);
  const [width, height] = [widths[0] + widths[1] + STILL.room, Math.max(...heights)];
  const title = `${pick(find("h2", player.article))}, ${player.position} / ${player.length}`;
  const svg = draw("svg", { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${width} ${height}`, width, height,
    "font-family": "JetBrains Mono, Cascadia Code, SF Mono, Menlo, Consolas, DejaVu Sans Mono, monospace", "font-size": STILL.font },
    draw("title", {}, title),
    draw("rect", { width, height, fill: colour("ground") }),
    draw("g", {}, ...sides[0].parts),
    draw("g", { transform: `translate(${widths[0] + STILL.room} 0)` }, ...sides[1].parts));
  return new XMLSerializer().serializeToString(svg);
}

/** One program: its name, its lines with the lit one, and what it has printed. */
function stillSide({ section, tabs, lines, output }, colour) {
  const own = section.dataset.language === "python" ? "python" : "rust";
  const shown = lines.map((line, place) => [line, place + 1]).filter(([line]) => !line.classList.contains("folded"));
  const printed = output.dataset.text ? output.dataset.text.trimEnd().split("\n") : [];
  const texts = shown.map(([line]) => textOf(line));
  const longest = Math.max(...texts.map((text) => text.length), ...printed.map((text) => text.length));
  const width = (longest + STILL.gutter + 2) * STILL.letter;
  let y = STILL.room + STILL.font;
  const put = (x, attributes, ...children) => draw("text", { x, y, "xml:space": "preserve", fill: colour("text"), ...attributes }, ...children);
  const parts = [put(STILL.letter, { fill: colour(own), "font-weight": 700 },
    [...find("[aria-selected=true]", tabs).childNodes].find((node) => node.lang === language())?.textContent ?? "")];
  for (const [line, number] of shown) {
    y += STILL.line;
    if (line.classList.contains("lit")) {
      parts.push(draw("rect", { y: y - STILL.line * 0.74, width, height: STILL.line, fill: colour(`${own}-lit`) }),
        draw("rect", { y: y - STILL.line * 0.74, width: 3, height: STILL.line, fill: colour(own) }));
    }
    parts.push(put((STILL.gutter - 1) * STILL.letter, { fill: colour("faint"), "text-anchor": "end" }, String(number)));
    // A piece a token: each with its colour.
    const pieces = [...line.childNodes].filter((node) => !node.matches?.(".who, .mark"));
    parts.push(put(STILL.gutter * STILL.letter, {}, ...pieces.map((node) => draw("tspan",
      node.nodeType === 1 ? { fill: colour(`token-${node.className}`) } : {}, node.textContent.replace(/\n$/, "")))));
  }
  y += STILL.line * 0.6;
  for (const text of printed) {
    y += STILL.line;
    parts.push(put(STILL.gutter * STILL.letter, {}, text));
  }
  return { parts, width, height: y + STILL.room };
}

/** Of `light-dark(a, b)`, the one that shows: programs that draw an SVG know no more of the page. */
function lightOrDark(value) {
  const [, light, dark] = value.match(/light-dark\(\s*([^,]+),\s*([^)]+)\)/) ?? [];
  if (!light) return value.trim();
  const probe = document.body.appendChild(make("i", { style: `color: ${value}` }));
  const [r, g, b] = getComputedStyle(probe).color.match(/\d+/g);
  probe.remove();
  return `rgb(${r}, ${g}, ${b})`;
}

/** Saves the step that shows: `race-20.svg`. */
function saveStill(player) {
  const file = new Blob([stillOf(player)], { type: "image/svg+xml" });
  const address = URL.createObjectURL(file);
  make("a", { href: address, download: `${player.id}-${player.position}.svg` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

keys.add({ i: () => saveStill(book.player) }, () => book.player);
