/** The step before a session: full screen, display on, sound allowed, and the word that the participant is ready. */

import { h, setText } from "../ui.js";
import { canFill, canStayAwake, filled } from "./display.js";
import { texts } from "./texts.js";
import { agreed } from "./tile.js";

export class Preparing {
  /** @type {HTMLElement} */
  element;
  #title = h("h1", null);
  #text = h("p", { class: "soon" });
  #button;
  #again = h("div", { class: "buttons" });
  #advice = h("div", { class: "advice" });

  #onAgain;

  /**
   * @param {() => void} onReady called during the press
   * @param {(seat: string, round: number) => void} onAgain that seat's consent is to be asked for again
   */
  constructor(onReady, onAgain) {
    this.#onAgain = onAgain;
    this.#button = h("button", { type: "button", class: "start", onclick: onReady });
    this.element = h("section", { class: "preparing" }, this.#title, this.#text, this.#button, this.#advice, this.#again);
  }

  /**
   * @param {object[]} seats that are being prepared, as the server sends them
   * @param {boolean} ready whether the button was pressed
   */
  show(seats, ready) {
    const { lang, say } = texts(seats[0].language);
    this.element.lang = lang;
    setText(this.#title, ready ? say("wait") : say("welcome"));
    setText(this.#text, ready ? "" : say("soon"));
    setText(this.#button, say("ready"));
    this.#button.hidden = ready;
    this.#changes(seats.filter(agreed), seats.length > 1);
    const advice = [!canStayAwake() && "awake", !canFill() && !filled() && "bars"].filter(Boolean);
    const shown = ready ? "" : advice.join(" ");
    if (this.#advice.dataset.shown === `${lang} ${shown}`) return;
    this.#advice.dataset.shown = `${lang} ${shown}`;
    this.#advice.replaceChildren(...(ready ? [] : advice.map((key) => h("p", null, say(key)))));
  }

  /** A button for each seat whose consent may still be answered otherwise; it bears the seat's name if there are several. */
  #changes(seats, several) {
    const shown = JSON.stringify([several, ...seats.map((seat) => [seat.seat, seat.label, seat.language, seat.consent.round])]);
    if (this.#again.dataset.shown === shown) return;
    this.#again.dataset.shown = shown;
    this.#again.hidden = !seats.length;
    this.#again.replaceChildren(...seats.map(({ seat, label, language, consent }) => {
      const { lang, say } = texts(language);
      const name = several && label ? h("bdi", null, label) : null;
      return h("button", { type: "button", class: "answer", lang, onclick: () => this.#onAgain(seat, consent.round) }, name, name && ": ", say("consentAgain"));
    }));
  }

  /** The button was meant, by keyboard. @returns {boolean} whether it is there */
  press() {
    if (this.#button.hidden || !this.element.isConnected) return false;
    this.#button.click();
    return true;
  }
}
