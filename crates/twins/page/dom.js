// Small helpers: elements, texts in both languages, a memory that may be missing.

const find = (selector, within = document) => within.querySelector(selector);
const findAll = (selector, within = document) => [...within.querySelectorAll(selector)];

/** An element with attributes and children; a null child is left out. */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  set(element, attributes);
  element.append(...children.filter((child) => child != null));
  return element;
}

/** The same for the timeline's drawing. */
function draw(name, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  set(element, attributes);
  element.append(...children);
  return element;
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value != null) element.setAttribute(name, value);
  }
}

/** A text in both languages; the style shows the reader's. */
function both(en, ru) {
  const text = document.createDocumentFragment();
  text.append(make("span", { lang: "en" }, en), make("span", { lang: "ru" }, ru));
  return text;
}

const language = () => document.documentElement.lang;
const inLanguage = (en, ru) => (language() === "ru" ? ru : en);

/** A key's name as on an English keyboard: under a Russian layout, or with Caps Lock, the same key
    means the same. */
function keyName({ key, code, shiftKey }) {
  if (key.length > 1) return shiftKey && key.startsWith("Arrow") ? `Shift+${key}` : key;
  return (key > "\x7f" && code.startsWith("Key") ? code.slice(3) : key).toLowerCase();
}

/** What the browser remembers between visits; from file:// it may refuse to, and this visit remembers. */
const memory = {
  visit: new Map(),
  get(key) {
    try { return localStorage.getItem(`twins-${key}`); } catch { return this.visit.get(key) ?? null; }
  },
  set(key, value) {
    this.visit.set(key, String(value));
    try { localStorage.setItem(`twins-${key}`, value); } catch { /* then not */ }
  },
};
