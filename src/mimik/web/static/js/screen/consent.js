/** Consent, asked before the session: the study's text, then each purpose by itself, none answered beforehand. */

import { get } from "../api.js";
import { h, replace, setText } from "../ui.js";
import { dropDraft, keepDraft, loadDraft } from "./drafts.js";
import { prose } from "./prose.js";

const DRAFT = "consent"; // in the place of a trial's number
const NEEDED = "study"; // the purpose without which nobody takes part

let pages = 0;

export class Consent {
  /** @type {HTMLElement} */
  element;
  #on;
  #address;
  #shown = ""; // what is drawn
  #seat;
  #version;
  #told; // the text and its purposes
  #texts;
  #draft;
  #id = `consent${(pages += 1)}`;
  #note = h("p", { class: "note", role: "status" });
  #done = null;

  /**
   * @param {{answer: (seat: string, version: string, answers: Record<string, boolean>) => void,
   *          again: (seat: string) => void}} on
   * @param {string} address below which the screen's texts lie
   */
  constructor(on, address) {
    this.#on = on;
    this.#address = address;
    this.element = h("div", { class: "consent", role: "region", tabindex: 0, "aria-labelledby": this.#id, dir: "ltr", hidden: true });
  }

  /**
   * Show what a seat is asked, or that it declined.
   * @param {{seat: string, consent: {version: string, state: string}}} seat
   * @param {{say: Function, lang: string}} texts
   */
  show({ seat, consent: { version, state } }, texts) {
    this.element.hidden = false;
    const shown = JSON.stringify([seat, version, state, texts.lang]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    [this.#seat, this.#version, this.#texts] = [seat, version, texts];
    this.element.lang = texts.lang;
    if (state === "declined") this.#declined();
    else this.#ask();
  }

  /** Hide it; unless it is shown again later, what was begun is forgotten. */
  hide() {
    this.element.hidden = true;
    if (!this.#shown) return;
    dropDraft(this.#seat, DRAFT);
    this.#shown = "";
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
    this.#draft = loadDraft(this.#seat, DRAFT);
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

  #draw() {
    const { say } = this.#texts;
    setText(this.#note, this.#draft.sent ? say("sending") : "");
    if (this.#draft.sent) {
      replace(this.element, this.#title("consent"), this.#note);
      return;
    }
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
    this.#on.answer(this.#seat, this.#version, Object.fromEntries(answers));
  }

  #keep(sent) {
    this.#draft.sent = sent;
    keepDraft(this.#seat, DRAFT, this.#draft);
  }

  #declined() {
    const { say } = this.#texts;
    dropDraft(this.#seat, DRAFT);
    this.#draft = null;
    replace(this.element,
      this.#title("declined"),
      h("p", null, say("declinedText")),
      h("button", { type: "button", class: "answer", onclick: () => this.#on.again(this.#seat) }, say("again")));
    this.element.querySelector("h1").focus({ preventScroll: true });
  }
}
