// Predict: a mode that asks what comes next before it shows it. The questions come from the
// recordings: which line prints, who gets control, which value comes out; and so does the reason.

/** So many answers to choose from, at most. */
const CHOICES = 4;

const predict = {
  on: false,
  /** Right answers and questions, of this visit alone. */
  score: { right: 0, asked: 0 },

  toggle(on = !this.on) {
    this.on = on;
    document.body.classList.toggle("predict", on);
    for (const button of findAll("[data-do=predict]")) set(button, { "aria-pressed": on });
    this.panel?.remove();
    this.question = null;
    if (on) {
      this.score = { right: 0, asked: 0 };
      this.ask();
    }
    // The programs have less room than without a question, or more again.
    talk.fit();
  },

  /** Asks about the next thing that is worth it. */
  ask() {
    const { player } = book;
    player.pause();
    this.panel?.remove();
    this.question = questionAfter(player, player.position);
    this.panel = make("section", { class: "question", "aria-label": inLanguage("Predict", "Предскажите") });
    find(".controls", player.article).after(this.panel);
    // Question and programs are seen together; a talk's fill the screen.
    if (!talk.on) find(".player", player.article).scrollIntoView();
    if (!this.question) {
      this.panel.append(make("p", {}, both("Nothing is left to predict: the programs have ended.", "Больше предсказывать нечего: программы завершились.")), this.tally());
      return;
    }
    const { text, choices } = this.question;
    this.panel.append(make("p", { id: "asked" }, text.cloneNode(true)),
      make("div", { role: "group", "aria-labelledby": "asked" }, ...choices.map((choice, index) => {
        const button = make("button", { type: "button" }, make("kbd", {}, String(index + 1)), " ", choiceText(choice));
        button.addEventListener("click", () => this.answer(index));
        return button;
      })), this.tally());
  },

  answer(index) {
    const { player } = book;
    if (!this.question?.choices[index]) return;
    const { choices, right, position, side, why } = this.question;
    const isRight = choices[index] === right;
    this.score.asked += 1;
    this.score.right += Number(isRight);
    this.question = null;
    // What was asked about is shown now.
    this.going = true;
    player.seek(position);
    this.going = false;
    const on = make("button", { type: "button", class: "on" }, both("Next question", "Следующий вопрос"), " ", make("kbd", {}, "→"));
    on.addEventListener("click", () => this.ask());
    this.panel.replaceChildren(
      make("p", { role: "status", class: isRight ? "right" : "wrong" },
        isRight ? both("Yes: ", "Да: ") : both("No: ", "Нет: "), choiceText(right), ". ", why(side)), on, this.tally());
  },

  /** A step on: the answer comes first. */
  go() {
    if (!this.question) this.ask();
  },

  tally() {
    const { right, asked } = this.score;
    if (!asked) return "";
    return make("p", { class: "score" }, both(`${right} of ${asked} right`, `верно ${right} из ${asked}`));
  },
};

/** What a choice says: a printed line, a name, a value, as code. */
const choiceText = (choice) => make("code", {}, choice);

/** The first question about a row after a position, on either side. */
function questionAfter(player, from) {
  const { lockstep } = player;
  for (let position = from + 1; position <= lockstep.length; position++) {
    const steps = lockstep.stepsAt(position);
    for (const side of [0, 1]) {
      const question = steps[side] && questionOf(player, side, position, steps[side]);
      if (question) return question;
    }
  }
  return null;
}

/** A question about one step, if there is something to ask: the answer, and others that could be. */
function questionOf(player, side, position, [event, activation, line, extra]) {
  const track = player.lockstep.tracks[side];
  const place = player.lockstep.at(position)[side];
  const kind = KINDS.find((kind) => kind.of.includes(event) && (kind.of !== VALUES || typeof extra === "string"));
  if (!kind) return null;
  const answerOf = (step) => kind.answer(track, step);
  const right = answerOf(track.steps[place]);
  const before = track.stateAt(place - 1);
  // Who goes on by itself is no surprise.
  if (kind.of === CONTROL && before.control === activation) return null;
  // What else it could be: the same of other steps, the nearest first.
  const others = track.steps.map((step, at) => [step, Math.abs(at - place)])
    .filter(([[other]]) => kind.of.includes(other)).sort((a, b) => a[1] - b[1]).map(([step]) => answerOf(step));
  const wrong = [...new Set(others)].filter((other) => other && other !== right).slice(0, CHOICES - 1);
  if (!right || wrong.length === 0) return null;
  const language = player.shown[side] === "python" ? "Python" : "Rust";
  return {
    text: kind.ask(language),
    right,
    // In an order that doesn't tell: that of the alphabet.
    choices: [right, ...wrong].sort(),
    position,
    side,
    why: () => both(whyOf(track, place, "en"), whyOf(track, place, "ru")),
  };
}

/** Why a step comes, by the reasons in the recording: of one who gets control also what it had waited for,
    of one who has it how it got it. */
function whyOf(track, place, lang) {
  const [event, activation] = track.steps[place];
  const own = track.stateAt(place - 1).live.get(activation);
  // What is printed stands in the answer.
  const said = event === "p" ? [] : [wordsOf(track, place, lang)];
  if (own && EVENTS[event].begins) {
    const waited = waitedFor(track, own.since, lang);
    if (waited) said.push(lang === "ru" ? `До этого она ждала ${waited}` : `It had waited for ${waited}`);
  } else if (own) {
    const { label } = track.activations[activation];
    const [, , line] = track.steps[own.since];
    const reason = reasonWords(track, own.since, lang);
    said.push((lang === "ru" ? `У ${label} управление со строки ${line}` : `${label} has had control since line ${line}`)
      + (reason && `, ${reason}`));
  }
  return `${said.join(". ")}.`;
}

const CONTROL = "srnt";
const VALUES = "yex";
const KINDS = [
  {
    of: "p",
    answer: (_, [, , line, text]) => `${line}: ${text.trimEnd()}`,
    ask: (language) => both(`${language}: which line prints next, and what?`, `${language}: какая строка напечатает следующей и что?`),
  },
  {
    of: CONTROL,
    answer: (track, [, activation]) => track.activations[activation].label,
    ask: (language) => both(`${language}: who gets control next?`, `${language}: кто получит управление?`),
  },
  {
    of: VALUES,
    answer: (_, [, , , value]) => (typeof value === "string" ? value : ""),
    ask: (language) => both(`${language}: which value comes out?`, `${language}: какое значение выйдет наружу?`),
  },
];

// Elsewhere a step moves on; here it is a question. A jump asks anew, from where it leads.
document.addEventListener("step", ({ detail }) => {
  if (predict.on && !predict.going && detail === book.player && predict.asked !== detail.position) predict.ask();
  predict.asked = book.player?.position;
});
document.addEventListener("page", ({ detail }) => { if (predict.on) predict.toggle(false); });
predict.addKeys = () => {
  keys.add({ q: () => predict.toggle() }, () => book.player);
  keys.add({
    ...Object.fromEntries([1, 2, 3, 4].map((number) => [number, () => predict.answer(number - 1)])),
    ArrowRight: () => predict.go(),
    PageDown: () => predict.go(),
    " ": () => predict.go(),
    Escape: () => predict.toggle(false),
  }, () => predict.on);
};
