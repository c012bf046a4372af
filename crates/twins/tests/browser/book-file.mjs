// The book's file as the tests read it without a browser: its pairs, and the part of its script that
// does not touch the page.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { runInNewContext } from "node:vm";

export const FILE = resolve(process.env.TWINS_BOOK ?? "../../../../target/twins.html");
export const BOOK = pathToFileURL(FILE).href;

/** A pair's page: its name, its text as HTML, and its recordings. */
export function pages() {
  const html = readFileSync(FILE, "utf8");
  return [...html.matchAll(/<article class="page" id="([^"]+)"([\s\S]*?)<\/article>/g)].map(([, id, page]) => ({
    id,
    text: /<noscript>([\s\S]*?)<\/noscript>/.exec(page)[1],
    data: JSON.parse(/class="playback">([\s\S]*?)<\/script>/.exec(page)?.[1] ?? "null"),
  }));
}

/** What the script defines in files that do not touch the page. */
export function script(...files) {
  const text = files.map((file) => readFileSync(resolve("../../page", file), "utf8")).join("");
  const names = [...text.matchAll(/^(?:class|const|function) (\w+)/gm)].map(([, name]) => name);
  return runInNewContext(`${text}\n({ ${names.join(", ")} })`);
}

/** A piece of HTML as text. */
export function plain(html) {
  const named = { lt: "<", gt: ">", amp: "&", quot: '"' };
  return html.replace(/<[^>]*>/g, "").replace(/&(?:#(\d+)|(\w+));/g,
    (_, code, name) => (code ? String.fromCodePoint(Number(code)) : named[name]));
}
