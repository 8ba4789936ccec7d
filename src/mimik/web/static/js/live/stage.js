/** What is recognised, large enough to be read from afar, with its probabilities. */

import { category } from "../draw/colours.js";
import { Probabilities } from "../draw/probabilities.js";
import { Ribbon } from "../draw/ribbon.js";
import { h, percent, replace, setText, when } from "../ui.js";
import { words } from "./words.js";

const SAID_EVERY = 3000; // ms between what a screen reader is told

/**
 * @param {{onRest: function(Element)}} options
 * @returns {{element: Element, show: function(Object|null)}}
 */
export function stage({ onRest }) {
  const large = h("p", { class: "large", "aria-hidden": "true" });
  const sentence = h("p", { class: "sentence", "aria-hidden": "true" });
  const marks = h("p", { class: "marks" });
  const board = h("div", { class: "board" }, marks, large, sentence);
  const rest = h("button", { class: "button", type: "button", onclick: () => onRest(rest) }, "Learn the resting face again");
  const full = fullScreen(board);
  const figures = h("dl", { class: "figures" });
  const drawings = h("div", { class: "drawings" });
  const notes = h("ul", { class: "remarks" });
  const use = h("p", { class: "hint" });
  const spoken = announcer();
  const below = h("div", { hidden: true }, h("div", { class: "toolbar" }, rest, full, figures), drawings, notes, use);
  const element = h("section", { class: "stage", "aria-label": "Recognised now" }, spoken.element, board, below);
  let drawn = null; // {key, bars, ribbon}

  function show(facts) {
    const { kind, large: word, sentence: text } = words(facts);
    const runs = kind !== "off";
    board.dataset.kind = kind;
    board.style.setProperty("--said", kind === "recognised" ? category(facts.labels.indexOf(facts.expression)) : "var(--muted)");
    board.style.setProperty("--letters", Math.max(...word.split(" ").map((part) => part.length), 5));
    setText(large, word);
    setText(sentence, kind === "recognised" ? `${text} Probability ${percent(facts.confidence)}.` : text);
    spoken.say(kind === "recognised" ? `${word} is shown.` : `${word}. ${text}`);
    below.hidden = !runs;
    if (!runs) {
      drawn = null;
      replace(marks);
      return;
    }
    mark(marks, facts);
    rest.hidden = !facts.resting.used;
    draw(facts, kind);
    tellFigures(figures, facts);
    tellNotes(notes, facts.notes);
    setText(use, facts.use);
  }

  function draw(facts, kind) {
    const key = JSON.stringify([facts.device, facts.model, facts.labels]);
    if (drawn?.key !== key) {
      const bars = h("div", { class: "card" }, h("h2", null, "Probabilities"));
      const ribbon = h("div", { class: "card" }, h("h2", null, "The last minute"));
      replace(drawings, bars, ribbon);
      drawn = { key, bars: new Probabilities(bars, facts.labels), ribbon: new Ribbon(ribbon, { seconds: 60, labels: facts.labels }) };
    }
    const seen = kind === "resting" ? null : facts.smoothed;
    drawn.bars.show(seen);
    drawn.ribbon.push(facts.time, seen, facts.expression);
  }

  show(null);
  return { element, show };
}

function mark(marks, { synthetic, model }) {
  const key = `${synthetic} ${model}`;
  if (marks.dataset.key === key && marks.childNodes.length) return;
  marks.dataset.key = key;
  const badge = h("span", { class: "badge synthetic", title: "Simulated people trained this model, or sit before the phone" }, "SYNTHETIC");
  replace(marks, h("span", { class: "muted" }, `Model ${model}`), synthetic && badge);
}

function tellFigures(figures, facts) {
  if (!figures.firstChild) {
    const figure = (name) => h("div", null, h("dt", null, name), h("dd", null, "–"));
    replace(figures, figure("from arrival to answer"), figure("more by smoothing"));
  }
  const [latency, delay] = figures.querySelectorAll("dd");
  setText(latency, facts.latency_ms === null ? "–" : `${facts.latency_ms < 10 ? facts.latency_ms.toFixed(1) : Math.round(facts.latency_ms)} ms`);
  setText(delay, `${facts.delay.toFixed(2)} s`);
}

function tellNotes(list, notes) {
  const key = JSON.stringify(notes);
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  replace(list, notes.map(({ at, text }) => h("li", null, h("span", { class: "muted" }, `${when(at)}: `), text)));
}

/** A screen reader is told what is said when it changes, but not more often than it can say it. */
function announcer() {
  const element = h("p", { class: "visually-hidden", role: "status" });
  let next = "";
  let timer = 0;
  let last = -Infinity;
  const tell = () => {
    timer = 0;
    last = performance.now();
    setText(element, next);
  };
  return {
    element,
    say(text) {
      next = text;
      if (text === element.textContent || timer) return;
      timer = setTimeout(tell, Math.max(0, last + SAID_EVERY - performance.now()));
    },
  };
}

/** A button that lets the board fill the display; none where browsers can't (iPhones). */
function fullScreen(board) {
  if (!document.fullscreenEnabled) return null;
  const button = h("button", { class: "button", type: "button" }, "Fill the display");
  button.addEventListener("click", () => board.requestFullscreen().catch(() => {}));
  return button;
}
