/** The buttons of one sitting. Which are there depends on its stage, which can be pressed on what `can` says. */

import { busy, h } from "../ui.js";
import { begin, clear, press, stop } from "./actions.js";
import { may, missing } from "./missing.js";
import { allowed, shown, text } from "./place.js";
import { name } from "./words.js";

/** Short words on the buttons, full ones for who hears them; the seen word stays at the front. */
const SPOKEN = { "Redo": "Redo this trial", "Cancel": "Cancel, nothing is kept" };

/** A row of buttons. */
export class Controls {
  constructor() {
    const button = (words, work, kind = "") =>
      h("button", { class: `button ${kind}`, type: "button", onclick: (event) => this.work(event.currentTarget, work) }, words);
    this.begin = button("Begin", begin);
    this.start = button("Start", (sitting) => press(sitting, "start"));
    this.pause = button("Pause", (sitting) => press(sitting, this.paused ? "resume" : "pause"));
    this.redo = button("Redo", (sitting) => press(sitting, "redo"));
    this.stop = button("Stop", stop, "danger");
    this.clear = button("Clear away", clear);
    this.all = [this.begin, this.start, this.pause, this.redo, this.stop, this.clear];
    this.lacks = h("p", { class: "hint lacks" });
    this.element = h("div", { class: "controls" },
      h("div", { class: "row" }, this.all), this.lacks);
  }

  show(sitting) {
    this.sitting = sitting;
    const { stage, can } = sitting;
    this.paused = sitting.view?.phase === "paused";
    for (const button of [this.start, this.pause, this.redo, this.stop]) shown(button, stage === "running");
    shown(this.begin, stage === "preparing");
    shown(this.clear, stage !== "running");
    text(this.clear, stage === "preparing" ? "Cancel" : "Clear away");
    text(this.pause, this.paused ? "Go on" : "Pause");
    this.pause.classList.toggle("primary", this.paused);
    this.permit(this.start, can.includes("start"));
    this.permit(this.pause, can.includes(this.paused ? "resume" : "pause"));
    this.permit(this.redo, can.includes("redo"));
    this.permit(this.stop, can.includes("stop"));
    this.start.classList.toggle("primary", can.includes("start"));
    this.showBegin(sitting);
    this.nameFor(sitting);
  }

  showBegin(sitting) {
    const lacks = sitting.stage === "preparing" ? missing(sitting) : [];
    text(this.begin, lacks.length && may(lacks) ? "Begin anyway" : "Begin");
    this.begin.classList.toggle("primary", lacks.length === 0);
    this.permit(this.begin, may(lacks));
    const first = lacks.find((lack) => lack.stops) ?? lacks[0];
    text(this.lacks, first ? `Missing: ${first.text}` : "");
    shown(this.lacks, Boolean(first));
  }

  /** Ten cards have ten buttons "Pause": each says whose. */
  nameFor(sitting) {
    const whose = name(sitting);
    for (const button of this.all) {
      const label = `${SPOKEN[button.textContent] ?? button.textContent}: ${whose}`;
      if (button.getAttribute("aria-label") !== label) button.setAttribute("aria-label", label);
    }
  }

  permit(button, yes) {
    if (!button.hasAttribute("aria-busy")) allowed(button, yes);
  }

  async work(button, work) {
    await busy(button, () => work(this.sitting));
    this.show(this.sitting);
    if (document.activeElement === document.body) this.stay();
  }

  /** The button that was pressed may be gone: whoever works with the keyboard stays at the card. */
  stay() {
    const card = this.element.closest(".sitting") ?? document.getElementById("main");
    card.focus({ preventScroll: true });
  }

  /** Press a button by its name, if it is there and can be pressed. */
  press(what) {
    const button = this[what];
    if (button instanceof HTMLButtonElement && !button.hidden && !button.disabled) button.click();
  }
}
