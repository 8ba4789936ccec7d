/** The check of the signal before a session begins. */

import { Bars } from "../draw/bars.js";
import { h } from "../ui.js";
import { ChangePhone } from "./change-phone.js";
import { Figures } from "./figures.js";
import { LiveFace } from "./live-face.js";
import { Losses, lostText } from "./losses.js";
import { checklist } from "./missing.js";
import { Part } from "./place.js";
import { ScreenLink } from "./screen-link.js";
import { rate } from "./words.js";

/** Shown in the open card of a sitting that is being prepared. */
export class CheckPanel {
  constructor({ laboratory, watching }, sitting) {
    this.laboratory = laboratory;
    const bars = h("div", { class: "panel-wide" });
    this.live = new LiveFace(watching, new Bars(bars, { label: "The 52 coefficients" }));
    this.figures = new Figures(["Rate", "Lost frames", "Last blink"]);
    this.losses = new Losses();
    this.hints = new Part(h("ul", { class: "hints" }), (hints) => hints.map(hintRow));
    this.list = new Part(h("ul", { class: "checklist", "aria-label": "What is needed to begin" }), (rows) => rows.map(checkRow));
    this.screen = new ScreenLink();
    this.phone = new ChangePhone(laboratory, sitting.id);
    this.element = h("div", { class: "panel" },
      h("div", { class: "panel-side" }, h("h3", {}, "Is everything there?"), this.list.element, this.hints.element,
        this.screen.element, this.phone.element),
      h("div", { class: "panel-main" }, h("h3", {}, "What the phone sees"), this.live.element, this.figures.element),
      bars);
  }

  show(sitting) {
    const device = this.laboratory.device(sitting.device);
    const { device_state: state } = sitting;
    const lost = state?.lost ?? 0;
    this.live.follow(sitting.device, !state || state.silent);
    this.figures.show([rate(state?.rate), lostText(lost, this.losses.take(lost)), blinked(device?.blinked)]);
    this.hints.show((device?.hints ?? []).map(({ severity, text }) => ({ severity, text })));
    this.list.show(checklist(sitting));
    this.screen.show(sitting);
    this.phone.show(sitting);
  }

  close() {
    this.live.close();
  }
}

function blinked(seconds) {
  if (seconds === null || seconds === undefined) return "none seen";
  return seconds < 60 ? `${seconds.toFixed(0)} s ago` : "over a minute ago";
}

function hintRow({ severity, text }) {
  return h("li", { class: `state ${severity}` }, severity === "bad" ? "✕ " : "▲ ", text);
}

function checkRow({ label, good, stops, text }) {
  const [kind, icon] = good ? ["good", "✓"] : stops ? ["bad", "✕"] : ["warn", "▲"];
  return h("li", {}, h("span", { class: `state ${kind}` }, h("span", { "aria-hidden": "true" }, `${icon} `), label,
    h("span", { class: "visually-hidden" }, good ? ": there" : ": missing.")), text && h("span", {}, ` ${text}`));
}
