// A step in words, in both languages: for the line above a program, the live region, the transcript, a
// speaker's window.

/** A language's sentence about a step. */
function wordsOf(track, place, lang) {
  const [event, activation, line, extra] = track.steps[place];
  const name = track.activations[activation].label;
  const what = EVENTS[event][lang];
  const reason = reasonWords(track, place, lang);
  if (event === "f") return `${line}: ${name} ${foldWords(extra, lang)}`;
  if (event === "w") return `${line}: ${name} ${reason}`;
  const value = typeof extra === "string" && extra !== "" ? ` ${extra.trimEnd()}` : "";
  const locals = event === "l" && extra
    ? Object.entries(extra).filter(([, now]) => now !== null).map(([name, now]) => `, ${name} = ${now}`).join("") : "";
  const joined = !reason ? "" : event === "c" ? ` ${reason}` : `, ${reason}`;
  return `${line}: ${name} ${what}${value}${locals}${joined}`;
}

function foldWords(steps, lang) {
  if (steps === 0) return lang === "ru" ? "делает шаги, о которых не рассказано" : "takes steps that are not told";
  return lang === "ru" ? `продолжает так же, шагов: ${steps}` : `goes on in the same way for ${steps} steps`;
}

/** A number as a language writes it. */
const decimal = (text, lang) => (lang === "ru" ? text.replace(".", ",") : text);

/** What is waited for, by its kind, as it stands behind "waits for"; whom, and what more there is to say.
    `src/why.rs` says the same for the tool. */
const WAITS = {
  activation: (who) => (who ? { en: who, ru: who } : { en: "a task", ru: "задачи" }),
  turn: () => ({ en: "its next turn", ru: "своего следующего хода" }),
  lock: (who) => (who ? { en: `a lock, held by ${who}`, ru: `блокировки, которую держит ${who}` } : { en: "a lock", ru: "блокировки" }),
  event: () => ({ en: "an event", ru: "события" }),
  condition: () => ({ en: "a condition", ru: "условия" }),
  permit: () => ({ en: "a permit of a semaphore", ru: "разрешения семафора" }),
  barrier: () => ({ en: "the others at a barrier", ru: "остальных у барьера" }),
  item: () => ({ en: "an item of a queue", ru: "элемента очереди" }),
  room: () => ({ en: "room in a queue", ru: "места в очереди" }),
  future: () => ({ en: "a future", ru: "значения future" }),
  thread: () => ({ en: "a thread", ru: "другого потока" }),
  result: () => ({ en: "the next result", ru: "следующего результата" }),
  socket: () => ({ en: "the outside world", ru: "внешнего мира" }),
  source: (who, text) => ({ en: text, ru: text }),
  timer: (who, seconds, begun) => {
    if (seconds === null) return { en: "a timer", ru: "таймера" };
    if (begun === undefined) return { en: `a timer of ${seconds} s`, ru: `таймера на ${decimal(seconds, "ru")} с` };
    const until = (begun / 1000 + Number(seconds)).toFixed(2);
    return { en: `a timer until ${until} s`, ru: `таймера до ${decimal(until, "ru")} с` };
  },
};

/** Why a step happens: what an activation waits for, or who has it go on; nothing where a step needs no
    reason, or has none. */
function reasonWords(track, place, lang) {
  const [event, activation] = track.steps[place];
  const say = (en, ru) => (lang === "ru" ? ru : en);
  if (event === "w") {
    const waited = waitedFor(track, place, lang);
    return waited ? say(`waits for ${waited}`, `ждёт ${waited}`) : say("waits, reason not recorded", "ждёт, причина не записана");
  }
  const reason = track.reasons[place];
  if (!reason) return "";
  const who = track.activations[reason.by]?.label;
  if (event === "c" || event === "d") return who ? say(`by ${who}`, `из ${who}`) : say("by the event loop", "циклом событий");
  const by = !who ? say("woken by the event loop", "её разбудил цикл событий")
    : track.activations[activation].kind === "generator" ? say(`called by ${who}`, `её вызвала ${who}`)
      : say(`woken by ${who}`, `её разбудила ${who}`);
  return reason.receives === undefined ? by : `${by}, ${say("receives", "получает")} ${reason.receives}`;
}

/** So many names of what is waited for are said; more are counted. */
const NAMED = 6;

/** What an activation waits for that suspends in a step, as it stands behind "waits for"; nothing where
    that is not recorded. */
function waitedFor(track, place, lang) {
  /** What is said, and of how many. */
  const said = [];
  // Several of one function are said together: "fetch 1–3, 7".
  const functions = new Map();
  let more = 0;
  for (const [kind, who, text] of track.reasons[place]?.waits ?? []) {
    const { name, label, ordinal } = track.activations[who] ?? {};
    if (kind === "activation" && !name) more += 1;
    else if (kind !== "activation" || label === name) said.push([WAITS[kind](label, text, track.times?.[place])[lang], 1]);
    else functions.set(name, [...(functions.get(name) ?? []), ordinal]);
  }
  for (const [name, ordinals] of functions) {
    ranges(ordinals).forEach(([from, to], index) => {
      said.push([`${index ? "" : `${name} `}${from === to ? from : `${from}–${to}`}`, to - from + 1]);
    });
  }
  const words = said.slice(0, NAMED).map(([text]) => text);
  more += said.slice(NAMED).reduce((sum, [, count]) => sum + count, 0);
  if (more && words.length) words.push(lang === "ru" ? `и ещё ${more}` : `and ${more} more`);
  else if (more > 1) words.push(lang === "ru" ? `задач: ${more}` : `${more} tasks`);
  else if (more) words.push(WAITS.activation()[lang]);
  return words.join(", ");
}

/** From where to where numbers follow each other; two in a row are told one by one. */
function ranges(numbers) {
  const runs = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.flatMap(([from, to]) => (to - from === 1 ? [[from, from], [to, to]] : [[from, to]]));
}
