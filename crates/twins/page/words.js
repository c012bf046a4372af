// A step in words, in both languages: for the live region, the transcript, a speaker's window.

/** The parts of a language's sentence about a step, in the order in which they are said. */
function wordsOf(track, place, lang) {
  const [event, activation, line, extra] = track.steps[place];
  const name = track.activations[activation].label;
  const what = EVENTS[event][lang];
  const reason = reasonWords(track, place, lang);
  const value = typeof extra === "string" && extra !== "" ? ` ${extra.trimEnd()}` : "";
  const locals = event === "l" && extra
    ? Object.entries(extra).filter(([, now]) => now !== null).map(([name, now]) => `${name} = ${now}`).join(", ") : "";
  if (event === "f") return `${line}: ${name} ${foldWords(extra, lang)}`;
  if (EVENTS[event].suspends && reason) return `${line}: ${name} ${reason}${value}`;
  return `${line}: ${name} ${what}${value}${locals ? `, ${locals}` : ""}${reason ? `, ${reason}` : ""}`;
}

function foldWords(steps, lang) {
  if (steps === 0) return lang === "ru" ? "делает шаги, о которых не рассказано" : "takes steps that are not told";
  return lang === "ru" ? `продолжает так же, шагов: ${steps}` : `goes on in the same way for ${steps} steps`;
}

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
    if (begun === undefined) return { en: `a timer of ${seconds} s`, ru: `таймера на ${seconds.replace(".", ",")} с` };
    const until = (begun / 1000 + Number(seconds)).toFixed(2);
    return { en: `a timer until ${until} s`, ru: `таймера до ${until.replace(".", ",")} с` };
  },
};

/** Why a step happens: what an activation waits for, or who has it go on. Of a suspension at an `await`
    without a recorded reason, that; else nothing where the recording doesn't tell. */
function reasonWords(track, place, lang) {
  const [event, activation] = track.steps[place] ?? [];
  const reason = track.reasons[place];
  const label = (who) => track.activations[who]?.label;
  const say = (en, ru) => (lang === "ru" ? ru : en);
  if (reason?.waits) {
    const waits = reason.waits.map(([kind, who, text]) => WAITS[kind](label(who), text, track.times?.[place])[lang]);
    return `${say("waits for", "ждёт")} ${waits.join(", ")}`;
  }
  if (reason) {
    const who = label(reason.by);
    if (event === "c") return reason.by === null ? say("by the event loop", "отменил цикл событий") : say(`by ${who}`, `отменила ${who}`);
    const by = reason.by === null ? say("woken by the event loop", "разбудил цикл событий")
      : track.activations[activation].kind === "generator" ? say(`called by ${who}`, `вызвала ${who}`)
        : say(`woken by ${who}`, `разбудила ${who}`);
    return reason.receives === undefined ? by : `${say("receives", "получает")} ${reason.receives}, ${by}`;
  }
  if (event === "w" && track.tellsReasons) return say("waits, reason not recorded", "ждёт, причина не записана");
  return "";
}
