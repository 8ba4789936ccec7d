/** One model closely: what its evaluation found, and the whole report. */

import { get } from "../api.js";
import { empty, h, number, percent, replace } from "../ui.js";
import { badges, headline, withdrawn } from "./card.js";
import { confusionTable } from "./confusion.js";
import { peopleDots } from "./dots.js";
import { Curves } from "./lines.js";
import { UNITS, people, points } from "./words.js";

/** @param {string} name  @returns {Promise<HTMLElement>} */
export async function modelDetail(name) {
  const model = await get(`/api/models/${name}`);
  const title = h("h2", { tabindex: -1, id: "detail" }, model.name);
  const close = h("a", { class: "button", href: "#" }, "Close");
  const found = model.evaluation;
  return h(
    "section",
    { class: "card detail", "aria-labelledby": "detail" },
    h("div", { class: "row spread" }, title, badges(model), close),
    model.problem && h("p", { class: "problem" }, model.problem),
    withdrawn(model),
    headline(model),
    found && notices(found),
    found ? evaluation(found) : empty({ title: "No report yet", text: "Test this model on people never seen: then there is one." }),
    model.history && trained(model.history),
    found && report(model),
  );
}

function notices(found) {
  const serious = found.notices.filter((notice) => notice.severity !== "info");
  if (!serious.length) return null;
  return h("ul", { class: "read-first" }, serious.map((notice) => h("li", null, h("span", { class: `badge ${notice.severity === "serious" ? "bad" : "warn"}` }, notice.severity), " ", notice.text)));
}

function evaluation(found) {
  const place = h("div", null);
  const show = (unit) => replace(place, confusionTable(found.expressions, unit.confusion, UNITS[unit.unit]));
  const choice = h("div", { class: "row", role: "group", "aria-label": "What is decided as one" }, found.units.map((unit, i) => h("button", { class: "button", type: "button", "aria-pressed": i === 0 ? "true" : "false", onclick: (event) => pick(event.currentTarget, () => show(unit)) }, UNITS[unit.unit])));
  show(found.units[0]);
  const trials = found.units.some((unit) => unit.unit === "trials");
  const everybody = found.people.map((one) => ({ participant: one.participant, share: trials ? one.trials_recognised : one.balanced_accuracy }));
  const facts = `${people(found.participants)}, ${number(found.recordings)} trials, ${number(found.folds)} folds: ${found.meaning}.`;
  const flattered = found.inflated_by !== null && `Shuffled frames would claim ${points(found.inflated_by)} of accuracy.`;
  return [
    h("p", null, facts, flattered && ` ${flattered}`),
    h("h3", null, "What is taken for what"),
    choice,
    place,
    h("h3", null, "Each person"),
    peopleDots(everybody, found.chance),
    h("details", null, h("summary", null, "As a table"), peopleTable(found.people)),
  ];
}

function pick(button, work) {
  for (const other of button.parentElement.children) other.setAttribute("aria-pressed", String(other === button));
  work();
}

function peopleTable(everybody) {
  const head = ["Participant", "Frames", "Of frames", "Trials", "Of trials"].map((text, i) => h("th", { scope: "col", class: i ? "number" : null }, text));
  const rows = everybody.map((one) => h("tr", null, h("th", { scope: "row" }, one.participant), [number(one.frames), percent(one.balanced_accuracy, 1), number(one.trials), percent(one.trials_recognised, 1)].map((text) => h("td", { class: "number" }, text))));
  return h("div", { class: "scroll" }, h("table", { class: "table" }, h("thead", null, h("tr", null, head)), h("tbody", null, rows)));
}

function trained(history) {
  const curves = new Curves();
  curves.show(history, history.loss?.length ?? null);
  return [h("h3", null, "Its training"), curves.element];
}

function report(model) {
  const address = `/api/models/${model.name}/report`;
  return [
    h("div", { class: "row spread" }, h("h3", null, "The whole report"), h("a", { class: "button", href: address, target: "_blank", rel: "noopener" }, "Open it alone")),
    h("p", { class: "hint" }, "It names participants by pseudonym: keep it with the study."),
    h("iframe", { class: "report", src: address, title: `Report of ${model.name}`, sandbox: "", loading: "lazy" }),
  ];
}
