// The steps of a pair as a table: for readers without eyes or mouse, and for paper. Lines that only
// run are drawn together, and of a long run the middle is left out; how much is said.

/** So many rows at most, of which so many at the end. */
const ROWS = { most: 150, end: 30 };

const transcript = {
  listen() {
    document.addEventListener("toggle", ({ target }) => {
      if (target.open && target.matches(".transcript")) this.write(pages.players.get(target.closest(".page")));
    }, true);
    addEventListener("beforeprint", () => {
      if (!book.player) return;
      find(".transcript", book.page).open = true;
      this.write(book.player);
    });
  },

  write(player) {
    const place = find(".transcript", player?.article ?? document);
    const names = player?.names;
    if (!player || place.dataset.names === names) return;
    place.dataset.names = names;
    const heads = [both("Step", "Шаг"), ...player.sides.map(({ program }) => pick(find(".label", program)))];
    const rows = this.rows(player.lockstep);
    const shown = rows.length > ROWS.most
      ? [...rows.slice(0, ROWS.most - ROWS.end), null, ...rows.slice(-ROWS.end)] : rows;
    const hidden = rows.length - ROWS.most;
    place.replaceChildren(find("summary", place), make("table", {},
      make("thead", {}, make("tr", {}, ...heads.map((name) => make("th", { scope: "col" }, name)))),
      make("tbody", {}, ...shown.map((row) => (row ? this.row(player, row)
        : make("tr", { class: "left-out" }, make("td", { colspan: 3 },
          both(`… ${hidden} rows are left out`, `… пропущено строк: ${hidden}`))))))));
  },

  /** Positions from one to another: several where only lines run. */
  rows(lockstep) {
    const rows = [];
    for (let position = 1; position <= lockstep.length; position++) {
      const runs = lockstep.stepsAt(position).every((step) => !step || step[0] === "l");
      const last = rows.at(-1);
      if (runs && last?.runs) last.to = position;
      else rows.push({ from: position, to: position, runs });
    }
    return rows;
  },

  row(player, { from, to, runs }) {
    const { tracks } = player.lockstep;
    const number = from === to ? `${from}` : `${from}–${to}`;
    const cells = tracks.map((track, side) => {
      if (!track) return make("td");
      const steps = [];
      for (let position = from; position <= to; position++) {
        if (player.lockstep.moved(position)[side]) steps.push(player.lockstep.at(position)[side]);
      }
      if (steps.length === 0) return make("td");
      if (!runs) return make("td", {}, ...["en", "ru"].map((lang) => make("span", { lang }, wordsOf(track, steps[0], lang))));
      const [, activation] = track.steps[steps[0]];
      const lines = [...new Set(steps.map((step) => track.steps[step][2]))].join(", ");
      const { label } = track.activations[activation];
      return make("td", {}, both(`${lines}: ${label} runs`, `${lines}: ${label} работает`));
    });
    return make("tr", {}, make("th", { scope: "row" }, make("a", { href: `#${player.id}/${player.names}/${to}/${language()}` }, number)), ...cells);
  },
};
