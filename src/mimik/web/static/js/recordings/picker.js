/** Which channels are drawn: what moved most, a facial group, or single ones. */

import { GROUPS, words } from "../draw/channels.js";
import { field, h, say, select } from "../ui.js";

const FIRST = 4; // channels that are drawn when a session is opened
const AT_ONCE = 8; // of a group
const MOST = 12; // more can't be told apart

/** A choice of channels. */
export class Picker {
  #moved;
  #boxes = new Map();
  #picked;
  #changed;

  /**
   * @param {{column: string, sd: number}[]} moved coefficients, those that moved most first
   * @param {(names: string[]) => void} changed
   */
  constructor(moved, changed) {
    this.#moved = moved;
    this.#changed = changed;
    this.#picked = moved.slice(0, FIRST).map(({ column }) => column);
    const choices = [["moved", "What moved most"], ...GROUPS.map(({ name }) => [name, name]), ["own", "My own choice"]];
    this.quick = select(choices, { value: "moved", onchange: () => this.#group() });
    this.element = h("div", { class: "picker" }, field("Channels", this.quick), this.#details());
    this.#tick();
  }

  /** Names of the channels that are picked, in the order of picking. */
  get names() {
    return this.#picked;
  }

  #group() {
    const wanted = this.quick.value;
    if (wanted === "own") {
      this.element.querySelector("details").open = true;
      return;
    }
    const own = GROUPS.find(({ name }) => name === wanted)?.channels;
    const some = own ? this.#moved.filter(({ column }) => own.includes(column)).slice(0, AT_ONCE) : this.#moved.slice(0, FIRST);
    this.#picked = some.map(({ column }) => column);
    this.#tick();
    this.#changed(this.#picked);
  }

  #toggle(name, on) {
    if (on && this.#picked.length >= MOST) {
      say(`${MOST} channels at once can be told apart; take one out first.`);
      this.#tick();
      return;
    }
    this.#picked = on ? [...this.#picked, name] : this.#picked.filter((each) => each !== name);
    this.quick.value = "own";
    this.#changed(this.#picked);
  }

  #tick() {
    for (const [name, box] of this.#boxes) box.checked = this.#picked.includes(name);
  }

  #details() {
    const sd = new Map(this.#moved.map(({ column, sd: value }) => [column, value]));
    const groups = GROUPS.map(({ name, channels }) =>
      h("fieldset", null, h("legend", null, name), channels.map((channel) => this.#box(channel, sd.get(channel)))),
    );
    const hint = h("p", { class: "hint" }, "The numbers say how much a channel moved: its standard deviation over the frames with a face.");
    return h("details", null, h("summary", null, "Pick single channels"), hint, h("div", { class: "picker-groups" }, groups));
  }

  #box(name, sd) {
    const there = sd !== undefined;
    const box = h("input", { type: "checkbox", disabled: !there, onchange: () => this.#toggle(name, box.checked) });
    this.#boxes.set(name, box);
    const moved = h("span", { class: "muted" }, there ? (sd ?? 0).toFixed(3) : "not delivered");
    return h("label", { class: "check", title: words(name) }, box, h("span", { class: "channel" }, name), moved);
  }
}
