/** One seat on the screen: what one participant is asked to do. */

import { h, setText } from "../ui.js";
import { Consent } from "./consent.js";
import { Fitted } from "./fit.js";
import { Media } from "./media.js";
import { Questions } from "./questions.js";
import { mark, sign } from "./signs.js";
import { texts } from "./texts.js";

const ARMING = 400; // ms after questions in which a second tap on "Done" is no press on "Start"
const SIGNS = { "waiting-for-face": "face", paused: "pause", done: "tick", stopped: "tick" };
const HINTS = { "waiting-for-face": "face", paused: "pause" };

/** Phases in which there is something to do; in the others only the message stands on the screen. */
const TASK = new Set(["waiting-for-start", "waiting-for-face", "recording"]);

export class Tile {
  /** @type {HTMLElement} */
  element;
  /** @type {Questions} */
  questions;
  /** @type {Consent} */
  consent;
  #on;
  #seat = null;
  #phase = "";
  #armed = 0;
  #busy = false;
  #parts;
  #prompt;
  #message;
  #media;

  /**
   * @param {{start: (seat: string, trial: number) => void,
   *          answers: (seat: string, trial: number, values: object) => void,
   *          consent: {answer: Function, again: Function}}} on
   * @param {string} address below which the screen's texts lie
   */
  constructor(on, address) {
    this.#on = on;
    const p = {
      mark: h("span", { class: "which" }),
      label: h("p", { class: "label", dir: "auto" }),
      part: h("p", { class: "part" }),
      bar: h("div", { class: "progress", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100 }, h("i", null)),
      prompt: h("h1", { class: "prompt", "aria-live": "polite" }),
      look: h("div", { class: "look" }, sign("cross")),
      fixation: h("p", { class: "fixation" }),
      icon: h("span", { class: "icon" }),
      message: h("p", { class: "message" }),
      hint: h("p", { class: "hint" }),
      start: h("button", { type: "button", class: "start", hidden: true, onclick: () => this.start() }),
      change: h("button", { type: "button", class: "answer", hidden: true, onclick: () => this.#change() }),
      play: h("button", { type: "button", class: "play" }),
      sound: h("button", { type: "button", class: "sound" }),
    };
    p.look.append(p.fixation);
    this.#parts = p;
    this.#prompt = new Fitted(p.prompt, 0.13);
    this.#message = new Fitted(p.message, 0.075);
    this.#media = new Media({ play: p.play, sound: p.sound });
    this.questions = new Questions((trial, values) => this.#on.answers(this.#seat.seat, trial, values));
    this.consent = new Consent(on.consent, address);
    this.element = h("section", { class: "tile" },
      h("div", { class: "top" }, p.mark, p.label, p.bar, p.part),
      p.prompt, this.#media.element, p.look,
      h("div", { class: "foot" }, h("div", { class: "notice", role: "status" }, p.icon, p.message), p.hint, p.start, p.change),
      this.questions.element, this.consent.element);
  }

  /**
   * Show a seat's state.
   * @param {object} seat as the server sends it
   * @param {{number: number, several: boolean, sending: boolean, changing: boolean}} around
   *   `number` of the seat on this screen from 1; `sending` is whether its press is on its way, `changing` whether its
   *   wish is to say something else about consent
   */
  show(seat, { number, several, sending, changing }) {
    const { lang, say } = texts(seat.language);
    const view = seat.stage === "preparing" ? null : seat.view;
    const phase = changing ? "consent" : phaseOf(seat, view);
    this.#seat = seat;
    this.#enter(phase);
    this.element.lang = seat.language;
    this.element.dir = seat.direction;
    this.#label(seat, number, several);
    this.#prompt.show(TASK.has(phase) ? view.prompt : "");
    this.#message.show(this.#said(phase, view, say));
    this.#parts.message.lang = view?.message ? seat.language : lang;
    this.#own(lang, say, phase);
    this.#progress(view, phase, say);
    setText(this.#parts.fixation, view?.fixation_text ?? "");
    const media = TASK.has(phase) ? view.media : null;
    const there = this.#media.show(seat.seat, view?.trial ?? 0, media, phase, view?.progress ?? 0);
    this.element.classList.toggle("with-media", there);
    this.#startButton(phase, say, lang, sending);
    this.#changeButton(phase, seat, say, lang);
    this.#ask(seat, view, phase, lang, say);
    if (phase === "consent") this.consent.show(seat, { lang, say }, changing);
    else this.consent.hide(seat.seat);
  }

  /** The seat is gone: nothing is asked or kept for it any more. */
  close() {
    this.consent.hide(this.#seat.seat);
  }

  /** Press "Start", where it is there. @returns {boolean} whether it was */
  start() {
    const { hidden, disabled } = this.#parts.start;
    if (hidden || disabled) return false;
    this.#on.start(this.#seat.seat, this.#seat.view.trial);
    return true;
  }

  /** The studio did not take what was answered. */
  refused() {
    this.questions.refused();
    this.consent.refused();
  }

  /** Sound is allowed now. */
  allowSound() {
    this.#media.allowSound();
  }

  #enter(phase) {
    if (phase === this.#phase) return;
    if (this.#phase === "asking") {
      this.#armed = performance.now() + ARMING;
      setTimeout(() => { if (this.#seat) this.#parts.start.disabled = this.#busy; }, ARMING);
    }
    this.#phase = phase;
    this.element.dataset.phase = phase;
    this.#head(!TASK.has(phase) && phase !== "asking" && phase !== "consent");
    const name = SIGNS[phase];
    this.#parts.icon.replaceChildren(...(name ? [sign(name)] : []));
  }

  /** Where nothing else stands there, the message is the heading. */
  #head(alone) {
    const { message } = this.#parts;
    for (const [key, value] of [["role", "heading"], ["aria-level", "1"]]) {
      if (alone) message.setAttribute(key, value);
      else message.removeAttribute(key);
    }
  }

  #label(seat, number, several) {
    const { mark: place, label } = this.#parts;
    place.hidden = label.hidden = !several;
    if (several) this.element.setAttribute("aria-label", seat.label || String(number));
    else this.element.removeAttribute("aria-label");
    if (!several) return;
    if (place.dataset.number !== String(number)) {
      place.dataset.number = String(number);
      place.replaceChildren(mark(number));
    }
    setText(label, seat.label ?? "");
  }

  /** The protocol's message, or this screen's own where it has none. */
  #said(phase, view, say) {
    if (view?.message && phase !== "asking") return view.message;
    if (phase === "preparing" || phase === "ready") return say("wait");
    if (phase === "done" || phase === "stopped" || phase === "ended") return say("thanks");
    return "";
  }

  #own(lang, say, phase) {
    const { hint } = this.#parts;
    setText(hint, HINTS[phase] ? say(HINTS[phase]) : "");
    hint.lang = lang;
    hint.dir = "ltr";
  }

  #progress(view, phase, say) {
    const { bar, part } = this.#parts;
    const known = Boolean(view) && (TASK.has(phase) || phase === "paused");
    bar.hidden = part.hidden = !known;
    if (!known) return;
    bar.firstChild.style.transform = `scaleX(${view.progress})`;
    const percent = String(Math.floor(view.progress * 100));
    if (bar.getAttribute("aria-valuenow") !== percent) bar.setAttribute("aria-valuenow", percent);
    bar.setAttribute("aria-label", say("progress"));
    setText(part, `${view.trial}/${view.of}`);
    part.dir = "ltr";
    part.setAttribute("aria-label", say("part", { n: view.trial, of: view.of }));
  }

  #startButton(phase, say, lang, sending) {
    const { start, play, sound } = this.#parts;
    this.#busy = sending;
    start.hidden = phase !== "waiting-for-start";
    start.disabled = sending || performance.now() < this.#armed;
    setText(start, sending ? say("sending") : say("start"));
    setText(play, say("play"));
    setText(sound, say("sound"));
    for (const button of [start, play, sound]) button.lang = lang;
  }

  /** Who agreed here may say something else until the session begins. */
  #changeButton(phase, seat, say, lang) {
    const { change } = this.#parts;
    change.hidden = phase !== "preparing" || !agreed(seat);
    setText(change, say("consentAgain"));
    change.lang = lang;
  }

  #change() {
    this.#on.consent.again(this.#seat.seat, this.#seat.consent.round);
  }

  #ask(seat, view, phase, lang, say) {
    if (phase === "asking" && view.questions.length) this.questions.ask(seat.seat, view.trial, view.questions, { lang, say });
    else this.questions.hide(phase === "paused");
  }
}

/** The phase of a seat's view; before and after it, where the seat stands. */
function phaseOf(seat, view) {
  if (asks(seat)) return "consent";
  if (!view) return seat.stage;
  return seat.stage === "ended" && TASK.has(view.phase) ? "stopped" : view.phase;
}

/** Whether consent was given on this screen, and may still be answered otherwise. */
export function agreed({ stage, consent }) {
  return stage === "preparing" && consent?.state === "given";
}

/** Whether a seat waits for consent: it is asked for it, or declined. */
export function asks({ stage, consent }) {
  return stage === "preparing" && Boolean(consent) && consent.state !== "given";
}
