/** Everybody in the study, and the way out for those who withdraw. */

import { allowed } from "../purposes.js";
import { busy, counted, h, keepFocus, replace, setText } from "../ui.js";
import { searched, withdraw } from "./withdraw.js";

/** A list of people, closed at first. */
export class People {
  #summary = h("summary", null);
  #rows = h("ul", { class: "recordings" });
  #list = h("details", null, this.#summary, this.#rows);
  #said = h("p", { class: "withdrawn", role: "status", tabindex: -1 });
  #changed;

  /** @param {() => Promise<void>} changed called when somebody was withdrawn */
  constructor(changed) {
    this.#changed = changed;
    const heading = h("h2", { class: "visually-hidden" }, "People");
    this.element = h("section", { class: "people" }, heading, this.#list, this.#said);
  }

  /** @param {{id: string, consent: object | null, sessions: object[]}[]} people */
  show(people) {
    this.#list.hidden = people.length === 0;
    setText(this.#summary, `People in this study: ${people.length}`);
    keepFocus(this.#rows, () => replace(this.#rows, people.map((person) => this.#row(person))));
  }

  #row(person) {
    const facts = `${counted(person.sessions.length, "session")} · ${allowed(person.consent)}`;
    const button = h("button", { class: "button danger", type: "button", "aria-label": `Withdraw ${person.id}…` }, "Withdraw…");
    button.addEventListener("click", () => busy(button, () => this.#withdraw(person.id)));
    return h(
      "li",
      { class: "card person" },
      h("div", null, h("p", { class: "session-name" }, person.id), h("p", { class: "muted facts" }, facts)),
      button,
    );
  }

  async #withdraw(participant) {
    const done = await withdraw(participant);
    if (!done) return;
    this.#said.textContent = searched(done);
    await this.#changed();
    this.#said.focus(); // the button is gone with its row
  }
}
