// A step in words, in both languages: for the live region, the transcript, a speaker's window.

/** The parts of a language's sentence about a step, in the order in which they are said. */
function wordsOf(track, place, lang) {
  const [event, activation, line, extra] = track.steps[place];
  const name = track.activations[activation].label;
  const what = EVENTS[event][lang];
  const reason = reasonWords(track, track.reasons[place], lang);
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

/** What an activation waits for, or who woke it; nothing where the recording doesn't tell. */
const WAITS = {
  timer: { en: "for a timer", ru: "таймера" },
  queue: { en: "for a queue", ru: "очереди" },
  lock: { en: "for a lock", ru: "блокировки" },
  socket: { en: "for a socket", ru: "сокета" },
  task: { en: "for", ru: "" },
};

function reasonWords(track, reason, lang) {
  if (!reason) return "";
  const label = (activation) => track.activations[activation]?.label ?? "";
  if (reason.by !== undefined) return lang === "ru" ? `разбудила ${label(reason.by)}` : `woken by ${label(reason.by)}`;
  const what = WAITS[reason.for]?.[lang] ?? reason.for ?? "";
  const whom = reason.on !== undefined ? ` ${label(reason.on)}` : "";
  return `${lang === "ru" ? "ждёт" : "waits"} ${`${what}${whom}`.trim()}`;
}
