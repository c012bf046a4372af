// Addresses within the book: #PAIR/PROGRAMS/STEP/LANGUAGE, all but the first optional, or #PAIR@STEP.
// PROGRAMS is one Rust program, which stands beside Python, or two: `native+by_hand`.

const address = {
  read(hash) {
    let text = hash.replace(/^#/, "");
    try { text = decodeURIComponent(text); } catch { /* then as it stands */ }
    const [start, programs = "", step = "", lang = ""] = text.split("/");
    const [id, at] = start.split("@");
    return { id, programs, step: at ?? step, lang };
  },

  write({ id, names, position }, lang) {
    return `#${id}/${names}/${position}/${lang}`;
  },

  /** A step's number, as an address has it; nothing if it is none. */
  step(text) {
    return /^\d+$/.test(text) ? Number(text) : null;
  },

  /** Of some names, the one that is most like another: the fewest letters apart. */
  nearest(name, names) {
    const apart = (one, other) => {
      let row = [...Array(other.length + 1).keys()];
      for (let i = 1; i <= one.length; i++) {
        const next = [i];
        for (let j = 1; j <= other.length; j++) {
          next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1)));
        }
        row = next;
      }
      return row.at(-1);
    };
    const far = names.map((other) => apart(name.toLowerCase(), other.toLowerCase()));
    return names[far.indexOf(Math.min(...far))];
  },
};
