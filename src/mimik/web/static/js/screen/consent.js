/** Consent, asked before the session: the study's text, then each purpose by itself, none answered beforehand. */

import { get } from "../api.js";
import { h, replace, setText } from "../ui.js";
import { dropDraft, emptyDraft, keepDraft, loadDraft } from "./drafts.js";
import { prose } from "./prose.js";

const DRAFT = "consent"; // in the place of a trial's number
const NEEDED = "study"; // the purpose without which nobody takes part

let pages = 0;

export class Consent {
  /** @type {HTMLElement} */
  element;
  #on;
  #address;
  #shown = null; // what is drawn: "" for nothing, null before the first time
  #seat;
  #version;
  #round; // how often they have been asked
  #told; // the text and its purposes
  #texts;
  #draft;
  #id = `consent${(pages += 1)}`;
  #note = h("p", { class: "note", role: "status" });
  #done = null;

  /**
   * @param {{answer: (seat: string, round: number, version: string, answers: Record<string, boolean>) => void,
   *          again: (seat: string, round: number) => void}} on
   * @param {string} address below which the screen's texts lie
   */
  constructor(on, address) {
    this.#on = on;
    this.#address = address;
    this.element = h("div", { class: "consent", role: "region", tabindex: 0, "aria-labelledby": this.#id, dir: "ltr", hidden: true });
  }

  /**
   * Show what a seat is asked, or that it declined.
   * @param {{seat: string, consent: {version: string, state: string, round: number}}} seat
   * @param {{say: Function, lang: string}} texts
   * @param {boolean} changing whether the wish to answer again is on its way
   */
  show({ seat, consent: { version, state, round } }, texts, changing) {
    this.element.hidden = false;
    const shown = JSON.stringify([seat, version, state, round, texts.lang, changing]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    [this.#seat, this.#version, this.#round, this.#texts] = [seat, version, round, texts];
    this.element.lang = texts.lang;
    if (changing) this.#changing();
    else if (state === "declined") this.#declined();
    else this.#ask();
  }

  /** Hide it; what was begun is forgotten, even before a reload of the page. @param {string} seat */
  hide(seat) {
    this.element.hidden = true;
    if (this.#shown === "") return;
    this.#shown = "";
    this.#forget(seat);
    replace(this.element);
  }

  /** The studio did not take the answers. */
  refused() {
    if (!this.#shown || !this.#draft) return;
    this.#keep(false);
    this.#draw();
    setText(this.#note, this.#texts.say("consentRefused"));
  }

  async #ask() {
    const shown = this.#shown;
    this.#draft = this.#begun();
    replace(this.element, this.#title("consent"));
    try {
      this.#told = await get(`${this.#address}/consent/${encodeURIComponent(this.#version)}`);
    } catch {
      if (shown === this.#shown) setTimeout(() => shown === this.#shown && this.#ask(), 1000);
      return;
    }
    if (shown !== this.#shown) return;
    this.#draw();
    if (this.#draft.sent) this.#send();
  }

  /** What was begun in this round: what was said in another one is nothing to say again. */
  #begun() {
    const draft = loadDraft(this.#seat, DRAFT);
    if (draft.round === this.#round) return draft;
    dropDraft(this.#seat, DRAFT);
    return { ...emptyDraft(), round: this.#round };
  }

  #draw() {
    if (this.#draft.sent) return this.#sending();
    const { say } = this.#texts;
    this.#done = h("button", { class: "answer main" }, say("finish"));
    const form = h("form", { class: "purposes", onsubmit: (event) => this.#finish(event) },
      h("h2", null, say("consentAsked")),
      this.#told.purposes.map((purpose) => this.#purpose(purpose)),
      this.#note, this.#done);
    // Nobody says which language the text is in: an empty name is an unknown one.
    const text = h("div", { class: "consent-text", lang: "" }, prose(this.#told.text));
    replace(this.element, this.#title("consent"), text, h("p", { class: "version" }, say("consentVersion", { version: this.#version })), form);
    this.#check();
  }

  #sending() {
    setText(this.#note, this.#texts.say("sending"));
    replace(this.element, this.#title("consent"), this.#note);
  }

  #title(key) {
    return h("h1", { id: this.#id, tabindex: -1 }, this.#texts.say(key));
  }

  #purpose({ purpose, text }) {
    const { say, lang } = this.#texts;
    const hint = `${this.#id}-${purpose}`;
    const option = (value, word) => {
      const input = h("input", { type: "radio", name: hint, value, checked: this.#draft.values[purpose] === value, onchange: () => this.#take(purpose, value) });
      return h("label", { class: "option" }, input, h("span", null, word));
    };
    return h("fieldset", { "aria-describedby": hint },
      h("legend", null, text[lang] ?? text.en),
      h("p", { class: "version", id: hint }, say(purpose === NEEDED ? "consentNeeded" : "consentFree")),
      h("div", { class: "yes-no" }, option("yes", say("yes")), option("no", say("no"))));
  }

  #take(purpose, value) {
    this.#draft.values[purpose] = value;
    this.#keep(false);
    this.#check();
  }

  /** The way on is open once each purpose is answered. */
  #check() {
    const open = this.#told.purposes.filter(({ purpose }) => !this.#draft.values[purpose]).length;
    this.#done.disabled = open > 0;
    setText(this.#note, open ? this.#texts.say("consentOpen", { n: this.#told.purposes.length - open, of: this.#told.purposes.length }) : "");
  }

  #finish(event) {
    event.preventDefault();
    if (this.#done.disabled) return;
    this.#keep(true);
    this.#draw();
    this.#send();
  }

  #send() {
    const answers = this.#told.purposes.map(({ purpose }) => [purpose, this.#draft.values[purpose] === "yes"]);
    this.#on.answer(this.#seat, this.#round, this.#version, Object.fromEntries(answers));
  }

  #keep(sent) {
    this.#draft.sent = sent;
    keepDraft(this.#seat, DRAFT, this.#draft);
  }

  #forget(seat) {
    dropDraft(seat, DRAFT);
    this.#draft = null;
  }

  #changing() {
    this.#forget(this.#seat);
    this.#sending();
  }

  #declined() {
    const { say } = this.#texts;
    this.#forget(this.#seat);
    replace(this.element,
      this.#title("declined"),
      h("p", null, say("declinedText")),
      h("button", { type: "button", class: "answer", onclick: () => this.#on.again(this.#seat, this.#round) }, say("again")));
    this.element.querySelector("h1").focus({ preventScroll: true });
  }
}
