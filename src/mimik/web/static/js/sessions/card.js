/** One sitting on the board: always a compact head with controls, and one panel more while it is open. */

import { h } from "../ui.js";
import { CheckPanel } from "./check.js";
import { Controls } from "./controls.js";
import { EndedPanel } from "./ended.js";
import { attribute, shown, text, value } from "./place.js";
import { RunPanel } from "./run.js";
import { name, signal, stage, trial, who } from "./words.js";

const PANELS = { preparing: CheckPanel, running: RunPanel, ended: EndedPanel };

/** Changes in place with every state of its sitting. */
export class Card {
  /**
   * @param {object} sitting
   * @param {object} around laboratory, watching, open(id), next(sitting), goOn(sitting)
   */
  constructor(sitting, around) {
    this.around = around;
    this.opened = false;
    this.panel = null;
    const title = `sitting-${sitting.id}`;
    this.place = h("kbd", { "aria-hidden": "true" });
    this.name = h("span", {});
    this.who = h("span", { class: "muted" });
    this.stage = h("span", { class: "state" });
    this.signal = h("span", { class: "state" });
    this.toggle = h("button", { class: "button open", type: "button", "aria-expanded": "false", onclick: () => around.open(sitting.id) }, "Open");
    this.prompt = h("p", { class: "prompt" });
    this.trial = h("span", { class: "muted" });
    this.progress = h("progress", { max: "1", value: "0", "aria-label": "Progress of the trial" });
    this.problem = h("p", { class: "state bad" });
    this.controls = new Controls();
    this.body = h("div", { class: "body", hidden: true });
    this.element = h("article", { class: "card sitting", tabindex: "-1", "aria-labelledby": title },
      h("header", {},
        h("h2", { id: title }, this.place, this.name), this.toggle, this.who,
        h("p", { class: "states" }, this.stage, this.signal)),
      h("div", { class: "doing" }, this.prompt, this.trial, this.progress),
      this.problem, this.controls.element, this.body);
  }

  /** Show a state. @param {object} sitting @param {number} place from 0 */
  show(sitting, place) {
    const mine = this.element.contains(document.activeElement);
    this.sitting = sitting;
    const running = sitting.stage === "running";
    text(this.place, place < 10 ? (place + 1) % 10 : "");
    text(this.name, name(sitting));
    text(this.who, who(sitting));
    badge(this.stage, stage(sitting));
    badge(this.signal, signal(sitting.device_state));
    shown(this.signal, sitting.stage !== "ended");
    attribute(this.prompt, "lang", sitting.language);
    text(this.prompt, running ? (sitting.view?.prompt ?? "") : "");
    text(this.trial, running ? trial(sitting.view) : "");
    shown(this.progress, running);
    value(this.progress, running ? sitting.view?.progress : 0);
    text(this.problem, sitting.problem ? `✕ ${sitting.problem}` : "");
    shown(this.problem, Boolean(sitting.problem));
    this.element.classList.toggle("alarm", running && signal(sitting.device_state).kind !== "good");
    this.nameToggle();
    this.controls.show(sitting);
    if (this.opened) this.showPanel();
    if (mine) this.keepFocus();
  }

  /** Open or close the panel. */
  expand(yes) {
    this.opened = yes;
    this.element.classList.toggle("opened", yes);
    attribute(this.toggle, "aria-expanded", yes);
    this.nameToggle();
    shown(this.body, yes);
    if (yes) this.showPanel();
    else this.closePanel();
  }

  showPanel() {
    const Panel = PANELS[this.sitting.stage];
    if (!(this.panel instanceof Panel)) {
      this.closePanel();
      this.panel = new Panel(this.around, this.sitting);
      this.body.replaceChildren(this.panel.element);
    }
    this.panel.show(this.sitting);
  }

  closePanel() {
    this.panel?.close();
    this.panel = null;
    this.body.replaceChildren();
  }

  nameToggle() {
    const word = this.opened ? "Close" : "Open";
    text(this.toggle, word);
    attribute(this.toggle, "aria-label", `${word} ${name(this.sitting)}`);
  }

  /** A key was pressed for this card. */
  press(what) {
    if (what === "note") this.panel?.note?.();
    else this.controls.press(what);
  }

  /** Who works here by keyboard stays here when the button in use goes away. */
  keepFocus() {
    const at = document.activeElement;
    if (at === document.body || at?.closest("[hidden]")) this.element.focus({ preventScroll: true });
  }
}

function badge(element, { kind, icon, text: words }) {
  if (element.dataset.kind !== kind) {
    element.dataset.kind = kind;
    element.className = `state ${kind}`;
  }
  text(element, `${icon} ${words}`);
}
