/** A model in the list. */

import { del, post } from "../api.js";
import { ask, busy, counted, h, say, when } from "../ui.js";
import { UNITS, bytes, people, withInterval } from "./words.js";

/**
 * @param {Object} model as the API tells it
 * @param {{refresh: function(), canTest: boolean}} page
 * @returns {HTMLElement}
 */
export function modelCard(model, page) {
  const title = h("h2", null, h("a", { href: `#model/${model.name}` }, model.name));
  if (model.problem) {
    return h("article", { class: "card model" }, title, h("p", { class: "problem" }, model.problem), h("div", { class: "row" }, removeButton(model, page)));
  }
  return h(
    "article",
    { class: "card model" },
    h("div", { class: "row spread" }, title, badges(model)),
    withdrawn(model),
    headline(model),
    facts(model),
    h(
      "div",
      { class: "row" },
      model.report && h("a", { class: "button", href: `#model/${model.name}` }, "Look closer"),
      page.canTest && (!model.report || model.outdated) && testButton(model),
      removeButton(model, page),
    ),
  );
}

/** What a model is at a glance: made up, or no longer what the study holds. */
export function badges(model) {
  return [
    model.synthetic && h("span", { class: "badge synthetic" }, "SYNTHETIC"),
    model.outdated && h("span", { class: "badge warn", title: "The study has changed since this model was made" }, "study has changed"),
  ];
}

/** Whether somebody it learned from withdrew, and what to do then. */
export function withdrawn(model) {
  return model.withdrew > 0 && h("p", { class: "problem" }, `Learned from ${people(model.withdrew)} who withdrew: train again.`);
}

/** The number that counts. */
export function headline(model) {
  const figure = model.balanced_accuracy;
  if (!figure || figure.value === null) return h("p", { class: "muted" }, "Not tested on people never seen: nobody knows how good it is.");
  const { value, interval } = withInterval(figure);
  const of = figure.people ? ` of ${people(figure.people)}` : "";
  return h(
    "div",
    { class: "headline" },
    h("p", { class: "big" }, value),
    h("p", null, `balanced accuracy on people never seen: ${UNITS[figure.unit]}${of}`),
    interval && h("p", { class: "hint" }, interval),
  );
}

function facts(model) {
  const learned = [counted(model.frames, "frame"), model.participants !== null && `of ${people(model.participants)}`].filter(Boolean).join(" ");
  const rows = [
    ["Tells apart", model.labels.join(", ")],
    ["Learned from", learned],
    ["Recipe", model.recipe],
    ["Made", when(model.made)],
    ["Size", bytes(model.size)],
  ];
  return h("dl", { class: "facts" }, rows.map(([name, text]) => h("div", null, h("dt", null, name), h("dd", null, text))));
}

function testButton(model) {
  const button = h("button", { class: "button", type: "button" }, model.report ? "Test again" : "Test it");
  button.addEventListener("click", () => busy(button, async () => {
    await post("/api/jobs", { kind: "evaluate", name: model.name });
    say(`${model.name} is tested on people held out, one part of them after another.`, "good");
  }));
  return button;
}

function removeButton(model, page) {
  const button = h("button", { class: "button danger", type: "button", "aria-label": `Remove ${model.name}` }, "Remove");
  button.addEventListener("click", () => busy(button, async () => {
    const text = "The model and its report are deleted for good. The recordings stay: you can train it again.";
    if (!(await ask({ title: `Remove ${model.name}?`, text, action: "Remove", danger: true }))) return;
    await del(`/api/models/${model.name}`);
    say(`${model.name} was removed.`, "good");
    await page.refresh();
  }));
  return button;
}
