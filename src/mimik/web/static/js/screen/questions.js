/** What is asked after a trial: one question at a time; each may be left out. */

import { h, replace, setText } from "../ui.js";
import { control } from "./controls.js";
import { dropDraft, keepDraft, loadDraft } from "./drafts.js";

let forms = 0;

export class Questions {
  /** @type {HTMLElement} */
  element;
  #onAnswers;
  #asked = ""; // what is drawn
  #seat;
  #trial;
  #questions = [];
  #texts;
  #draft;
  #control = null;
  #id = `question${(forms += 1)}`;
  #note = h("p", { class: "note", role: "status" });
  #buttons = {};

  /** @param {(trial: number, values: Record<string, string>) => void} onAnswers called when all is answered */
  constructor(onAnswers) {
    this.#onAnswers = onAnswers;
    this.element = h("div", { class: "questions", hidden: true });
  }

  /**
   * Ask.
   * @param {string} seat @param {number} trial @param {object[]} questions
   * @param {{say: Function, lang: string}} texts
   */
  ask(seat, trial, questions, texts) {
    const asked = JSON.stringify([seat, trial, questions, texts.lang]);
    if (asked !== this.#asked) {
      this.#asked = asked;
      [this.#seat, this.#trial, this.#questions, this.#texts] = [seat, trial, questions, texts];
      this.#draft = loadDraft(seat, trial);
      this.#draw();
      if (this.#draft.sent) this.#onAnswers(trial, { ...this.#draft.values });
    }
    this.element.hidden = false;
  }

  /** Hide what is asked; unless it is `asked` again later, what was begun is forgotten. @param {boolean} later */
  hide(later) {
    this.element.hidden = true;
    if (later || !this.#asked) return;
    dropDraft(this.#seat, this.#trial);
    this.#asked = "";
    replace(this.element);
  }

  /** The studio did not take the answers. */
  refused() {
    if (!this.#asked) return;
    this.#draft.sent = false;
    this.#keep();
    this.#draw();
    setText(this.#note, this.#texts.say("refused"));
  }

  /** A number key. @param {string} key @returns {boolean} whether it meant something */
  type(key) {
    return !this.element.hidden && !this.#draft.sent && (this.#control?.type(key) ?? false);
  }

  /** On to the next question, if this one is answered. */
  next() {
    if (!this.element.hidden && this.#answered()) this.#go(1);
  }

  #answered() {
    return Boolean(this.#draft.values[this.#question().id]);
  }

  #question() {
    return this.#questions[Math.min(this.#draft.page, this.#questions.length - 1)];
  }

  #go(by) {
    if (this.#draft.sent) return;
    const last = this.#draft.page + by >= this.#questions.length;
    if (last) this.#draft.sent = true;
    else this.#draft.page = Math.max(0, this.#draft.page + by);
    this.#keep();
    this.#draw();
    if (last) this.#onAnswers(this.#trial, { ...this.#draft.values });
    else this.element.querySelector(".asked")?.focus({ preventScroll: true });
  }

  #skip() {
    delete this.#draft.values[this.#question().id];
    this.#go(1);
  }

  #keep() {
    keepDraft(this.#seat, this.#trial, this.#draft);
  }

  #take(value) {
    const { id } = this.#question();
    if (value) this.#draft.values[id] = value;
    else delete this.#draft.values[id];
    this.#keep();
    this.#buttons.next.disabled = !value;
  }

  #draw() {
    const { say, lang } = this.#texts;
    setText(this.#note, this.#draft.sent ? say("sending") : "");
    if (this.#draft.sent) {
      replace(this.element, this.#note);
      this.#control = null;
      return;
    }
    const question = this.#question();
    const place = this.#draft.page + 1;
    const of = this.#questions.length;
    this.#control = control(question, this.#draft.values[question.id] ?? "", {
      onchange: (value) => this.#take(value), say, labelled: this.#id,
    });
    const button = (key, onclick, extra) => h("button", { type: "button", lang, class: "answer", onclick, ...extra }, say(key));
    this.#buttons = {
      back: button("back", () => this.#go(-1), { hidden: place === 1 }),
      skip: button("skip", () => this.#skip()),
      next: button(place === of ? "finish" : "next", () => this.next(), { class: "answer main" }),
    };
    this.#buttons.next.disabled = !this.#answered();
    replace(
      this.element,
      of > 1 && h("p", { class: "place", lang }, say("question", { n: place, of })),
      h("h1", { class: "asked", id: this.#id, tabindex: -1 }, question.text),
      h("div", { class: "reply" }, this.#control.element),
      this.#note,
      h("div", { class: "buttons" }, Object.values(this.#buttons)),
    );
  }
}
