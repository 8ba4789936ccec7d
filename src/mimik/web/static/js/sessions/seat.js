/** Language, screen and seat of a session. */

import { field, h, select } from "../ui.js";
import { Choices } from "./choices.js";
import { language, name } from "./words.js";

const OWN = "own";

/** The last parts of preparing. */
export class SeatPart {
  constructor(laboratory) {
    this.laboratory = laboratory;
    this.language = select(laboratory.languages.map((code) => [code, language(code)]));
    this.screen = new Choices("Screen");
    this.label = h("input", { type: "text", maxlength: "40", autocomplete: "off" });
    this.label.value = laboratory.labels(1)[0];
    this.element = h("div", {},
      h("fieldset", {}, h("legend", {}, "4. Language"), 
        field("Language of the screen", this.language, { hint: "An unfinished session goes on in its own language." })),
      h("fieldset", {}, h("legend", {}, "5. Screen"), this.screen.element,
        field("Name of the seat", this.label, { hint: "Shown on this page, and on a screen that several share." })));
    this.update();
    this.screen.value = OWN;
  }

  /** @returns {{language: string, screen: string | null, label: string | null}} */
  get value() {
    const screen = this.screen.value === OWN ? null : this.screen.value;
    return { language: this.language.value, screen, label: this.label.value.trim() || null };
  }

  /** Take over what another sitting had. */
  like(sitting) {
    this.language.value = sitting.language;
    this.label.value = sitting.label ?? "";
    if (this.screen.rows.has(sitting.screen?.key)) this.screen.value = sitting.screen.key;
  }

  /** Offer the screens that are there now. */
  update() {
    const chosen = this.screen.value;
    const shared = this.laboratory.screens.map((one) => ({
      value: one.screen.key,
      text: one.stage === "ended" ? `The screen that ${name(one)} used` : `Share the screen of ${name(one)}`,
      more: one.screen.connected ? "connected" : "not connected",
    }));
    this.screen.offer([{ value: OWN, text: "A screen of its own", more: "you get a link and a code to scan" }, ...shared]);
    if (chosen !== null && this.screen.value === null) this.screen.value = OWN;
  }
}
