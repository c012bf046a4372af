// What the keys do. Each file adds its own; of two with one key, the later that holds wins.

const keys = {
  tables: [],

  /** Adds keys and what they do, for as long as `when` holds. */
  add(table, when = () => true) {
    this.tables.unshift({ table, when });
  },

  /** Does what a key means; tells whether it means anything now. */
  press(key) {
    const found = this.tables.find(({ table, when }) => Object.hasOwn(table, key) && when());
    found?.table[key]();
    return Boolean(found);
  },

  listen() {
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || find("dialog[open]")) return;
      const own = document.activeElement;
      const key = keyName(event);
      // A focused control keeps the keys that it can't do without.
      if (own.matches("input[type=search], input[type=text], textarea")
        || (own.matches("button, select, summary, a") && (key === " " || key === "Enter"))
        || (own.matches("select, pre, ul") && /^Arrow(Up|Down)$/.test(key))) return;
      if (this.press(key)) event.preventDefault();
    });
  },
};
