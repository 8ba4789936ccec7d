/** The trials of a session: what was asked for, answered, and which of them are marked as bad. */

import { del, put } from "../api.js";
import { ask, busy, duration, h, number, replace, say } from "../ui.js";
import { pathOf } from "./address.js";

const OUTCOMES = {
  complete: ["good", "complete"],
  imported: ["info", "imported"],
  incomplete: ["warn", "broke off"],
  redone: ["", "done again"],
  excluded: ["bad", "bad"],
};

/** A list of trials. */
export class Trials {
  #facts;
  #show;
  #changed;
  element = h("ol", { class: "trials" });

  /**
   * @param {Object} facts of the session; its trials are kept up to date
   * @param {{show: (trial: Object) => void, changed: () => void}} on show: look at a trial; changed: a mark was set or taken back
   */
  constructor(facts, { show, changed }) {
    this.#facts = facts;
    this.#show = show;
    this.#changed = changed;
    this.#fill();
  }

  #fill() {
    replace(this.element, this.#sorted().map((trial) => this.#row(trial)));
  }

  /** As they are on the curves, from left to right; those without frames last. */
  #sorted() {
    return [...this.#facts.trials].sort((a, b) => (a.start ?? Infinity) - (b.start ?? Infinity) || 0);
  }

  #row(trial) {
    const [kind, text] = OUTCOMES[trial.outcome] ?? ["", trial.outcome];
    const there = trial.start !== null;
    const name = `trial ${trial.trial}, ${trial.expression}`;
    const answers = Object.entries(trial.answers);
    return h(
      "li",
      { class: "card trial" },
      h(
        "div",
        { class: "row" },
        h("strong", null, `${trial.trial}. ${trial.expression}`),
        h("span", { class: `badge ${kind}` }, text),
        trial.baseline && h("span", { class: "badge" }, "baseline"),
        h("span", { class: "muted" }, `${number(trial.frames)} frames`, trial.duration !== null && ` in ${duration(trial.duration)}`),
      ),
      trial.excluded && h("p", { class: "reason" }, "Marked as bad: ", trial.excluded),
      answers.length > 0 && h("dl", { class: "answers" }, answers.map(([q, a]) => h("div", null, h("dt", null, q), h("dd", null, a)))),
      there && h("div", { class: "row" }, this.#look(trial, name), this.#mark(trial, name)),
    );
  }

  #look(trial, name) {
    return h("button", { class: "button", type: "button", "aria-label": `Look at it: ${name}`, onclick: () => this.#show(trial) }, "Look at it");
  }

  #mark(trial, name) {
    const [text, work] = trial.excluded
      ? ["Use it again", () => this.#include(trial)]
      : ["Mark as bad …", () => this.#exclude(trial)];
    const label = `${text.replace(" …", "")}: ${name}`;
    return h("button", { class: "button mark", type: "button", "aria-label": label, onclick: (event) => busy(event.currentTarget, work) }, text);
  }

  async #exclude(trial) {
    const reason = await ask({
      title: `Mark trial ${trial.trial} (${trial.expression}) as bad?`,
      text: "It stays in the study, but nothing is trained or evaluated with it. The mark can be taken back, and the study keeps when it was set and why.",
      action: "Mark as bad",
      field: { label: "Why?", required: true },
    });
    if (!reason) return;
    this.#take(await put(this.#path(trial), { reason }), trial);
    say("The trial is marked as bad.", "good");
  }

  async #include(trial) {
    this.#take(await del(this.#path(trial)), trial);
    say("The trial is used again.", "good");
  }

  #path(trial) {
    return `${pathOf(this.#facts)}/trials/${trial.trial}/exclusion`;
  }

  /** Take over the marks; the page's own facts know where trials are. The new button gets the focus of the old one. */
  #take({ trials }, trial) {
    trials.forEach(({ outcome, excluded }, i) => Object.assign(this.#facts.trials[i], { outcome, excluded }));
    this.#fill();
    this.element.children[this.#sorted().indexOf(trial)].querySelector(".mark").focus();
    this.#changed();
  }
}
