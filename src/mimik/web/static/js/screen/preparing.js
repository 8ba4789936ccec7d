/** The step before a session: full screen, display on, sound allowed, and the word that the participant is ready. */

import { h, setText } from "../ui.js";
import { canFill, canStayAwake, filled } from "./display.js";
import { texts } from "./texts.js";

export class Preparing {
  /** @type {HTMLElement} */
  element;
  #title = h("h1", null);
  #text = h("p", { class: "soon" });
  #button;
  #again;
  #advice = h("div", { class: "advice" });

  /** @param {() => void} onReady called during the press @param {() => void} onAgain consent is to be asked for again */
  constructor(onReady, onAgain) {
    this.#again = h("button", { type: "button", class: "answer", onclick: onAgain });
    this.#button = h("button", { type: "button", class: "start", onclick: onReady });
    this.element = h("section", { class: "preparing" }, this.#title, this.#text, this.#button, this.#advice, this.#again);
  }

  /**
   * @param {string} language
   * @param {boolean} ready whether the button was pressed
   * @param {boolean} consented whether consent was given here, and may be answered otherwise
   */
  show(language, ready, consented) {
    const { lang, say } = texts(language);
    this.element.lang = lang;
    setText(this.#title, ready ? say("wait") : say("welcome"));
    setText(this.#text, ready ? "" : say("soon"));
    setText(this.#button, say("ready"));
    this.#button.hidden = ready;
    setText(this.#again, say("consentAgain"));
    this.#again.hidden = !consented;
    const advice = [!canStayAwake() && "awake", !canFill() && !filled() && "bars"].filter(Boolean);
    const shown = ready ? "" : advice.join(" ");
    if (this.#advice.dataset.shown === `${lang} ${shown}`) return;
    this.#advice.dataset.shown = `${lang} ${shown}`;
    this.#advice.replaceChildren(...(ready ? [] : advice.map((key) => h("p", null, say(key)))));
  }

  /** The button was meant, by keyboard. @returns {boolean} whether it is there */
  press() {
    if (this.#button.hidden || !this.element.isConnected) return false;
    this.#button.click();
    return true;
  }
}
