/** Plays a recording: a slider of time, play and pause, speed, keys. */

import { field, h, select, setText } from "../ui.js";
import { timeText } from "../draw/curves/ticks.js";

const SPEEDS = [["0.25", "¼ ×"], ["0.5", "½ ×"], ["1", "1 ×"], ["2", "2 ×"], ["4", "4 ×"]];
const STEP = 1 / 60; // seconds that an arrow key moves; with Shift a second
const TALK = 500; // ms between two texts for screen readers

/** A player of times; what a time looks like is somebody else's affair. */
export class Player {
  #time = 0;
  #seconds;
  #show;
  #tell;
  #last = null;
  #told = -Infinity;
  #speed = select(SPEEDS, { value: "1" });
  #button = h("button", { class: "button primary play", type: "button", onclick: () => this.toggle() }, "Play");
  #clock = h("span", { class: "player-time" });
  #slider;

  /**
   * @param {number} seconds how long the recording is
   * @param {{show: (time: number, playing: boolean) => void, tell: (time: number) => string}} on
   *   show: called with each new time; tell: a time in words
   */
  constructor(seconds, { show, tell }) {
    this.#seconds = seconds;
    this.#show = show;
    this.#tell = tell;
    this.#slider = h("input", { type: "range", min: 0, max: seconds, step: "any", value: 0, "aria-label": "Time" });
    this.#slider.addEventListener("input", () => this.seek(Number(this.#slider.value)));
    this.element = h(
      "div",
      { class: "player", role: "group", "aria-label": "Play the recording", onkeydown: (event) => this.#key(event) },
      this.#button,
      this.#slider,
      this.#clock,
      field("Speed", this.#speed),
    );
    this.seek(0);
  }

  get time() {
    return this.#time;
  }

  get playing() {
    return this.#last !== null;
  }

  /** Play, or pause. */
  toggle() {
    if (this.playing) this.pause();
    else this.#play();
  }

  pause() {
    this.#last = null;
    setText(this.#button, "Play");
    this.seek(this.#time);
  }

  /** Go to a time. */
  seek(time) {
    this.#time = Math.min(this.#seconds, Math.max(0, time));
    this.#slider.value = this.#time;
    const longest = this.#seconds;
    setText(this.#clock, `${timeText(this.#time, 0.1, longest)} / ${timeText(longest, 0.1, longest)}${longest < 90 ? " s" : ""}`);
    this.#say();
    this.#show(this.#time, this.playing);
  }

  #play() {
    if (this.#time >= this.#seconds - STEP) this.#time = 0;
    this.#last = performance.now();
    setText(this.#button, "Pause");
    requestAnimationFrame((now) => this.#next(now));
  }

  #next(now) {
    if (!this.playing) return;
    if (!this.element.isConnected) {
      this.#last = null;
      return;
    }
    const passed = Math.max(0, now - this.#last) / 1000;
    this.#last = now;
    this.seek(this.#time + Math.min(passed, 0.25) * Number(this.#speed.value));
    if (this.#time >= this.#seconds) this.pause();
    else requestAnimationFrame((later) => this.#next(later));
  }

  #key(event) {
    if (event.target !== this.#slider || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.shiftKey ? 1 : STEP;
    const wanted = { ArrowLeft: -step, ArrowDown: -step, ArrowRight: step, ArrowUp: step, PageUp: 5, PageDown: -5 }[event.key];
    if (wanted !== undefined) this.seek(this.#time + wanted);
    else if (event.key === " ") this.toggle();
    else return;
    event.preventDefault();
  }

  #say() {
    const now = performance.now();
    if (this.playing && now - this.#told < TALK) return;
    this.#told = now;
    this.#slider.setAttribute("aria-valuetext", this.#tell(this.#time));
  }
}
