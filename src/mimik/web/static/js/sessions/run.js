/** A session that runs: what the participant sees, the numbers, notes, and another phone. */

import { h, number } from "../ui.js";
import { ChangePhone } from "./change-phone.js";
import { ScreenCopy } from "./copy.js";
import { Figures } from "./figures.js";
import { LiveFace } from "./live-face.js";
import { Losses, lostText } from "./losses.js";
import { Notes } from "./notes.js";
import { ScreenLink } from "./screen-link.js";
import { rate } from "./words.js";

/** Shown in the open card of a sitting that runs. */
export class RunPanel {
  constructor({ laboratory, watching }, sitting) {
    this.laboratory = laboratory;
    this.copy = new ScreenCopy();
    this.live = new LiveFace(watching);
    this.figures = new Figures(["Trial", "Frames of it", "Seconds of it", "Rate", "Lost frames"]);
    this.losses = new Losses();
    this.notes = new Notes(sitting.id);
    this.phone = new ChangePhone(laboratory, sitting.id);
    this.screen = new ScreenLink();
    this.element = h("div", { class: "panel" },
      h("div", { class: "panel-main" },
        h("h3", {}, "What the participant sees"), this.copy.element, this.figures.element, this.notes.element),
      h("div", { class: "panel-side" },
        h("h3", {}, "What the phone sees"), this.live.element, this.phone.element,
        h("details", {}, h("summary", {}, "The participant's screen"), this.screen.element)));
  }

  show(sitting) {
    const { view, device_state: state, language } = sitting;
    const lost = state?.lost ?? 0;
    const direction = this.laboratory.study.protocol.direction?.[language] ?? "ltr";
    this.copy.show(view, { language, direction });
    this.figures.show([
      view ? `${view.trial} of ${view.of}` : "–", number(view?.frames ?? 0), (view?.seconds ?? 0).toFixed(1),
      rate(state?.rate), lostText(lost, this.losses.take(lost)),
    ]);
    this.live.follow(sitting.device, !state || state.silent);
    this.notes.show(sitting);
    this.phone.show(sitting);
    this.screen.show(sitting);
  }

  note() {
    this.notes.focus();
  }

  close() {
    this.live.close();
  }
}
