/** Another phone for a sitting, for instance when a battery died. */

import { busy, h } from "../ui.js";
import { changePhone } from "./actions.js";
import { Part, shown, text } from "./place.js";
import { phone } from "./words.js";

/** A closed part that names the phone and offers the free ones. */
export class ChangePhone {
  constructor(laboratory, id) {
    this.laboratory = laboratory;
    const label = `change-${id}`;
    this.options = new Part(h("select", { id: label }), (rows) => rows.map(([value, words]) => h("option", { value }, words)));
    this.button = h("button", { class: "button", type: "button", onclick: () => this.change() }, "Use this phone");
    this.choice = h("div", { class: "row" }, h("label", { for: label }, "Another phone"), this.options.element, this.button);
    this.none = h("p", { class: "hint" }, "No other accepted phone is free. ", h("a", { href: "/devices" }, "Accept one in Devices"));
    this.now = h("p", {});
    this.element = h("details", { class: "change-phone" }, h("summary", {}, "Change the phone"), this.now, this.choice, this.none);
  }

  show(sitting) {
    this.sitting = sitting;
    const device = this.laboratory.device(sitting.device);
    const free = this.laboratory.freePhones.map((one) => [String(one.number), phone(one)]);
    text(this.now, `Now: ${device ? phone(device) : `phone ${sitting.device}`}`);
    if (document.activeElement !== this.options.element) this.options.show(free);
    shown(this.choice, free.length > 0);
    shown(this.none, free.length === 0);
  }

  async change() {
    await busy(this.button, async () => {
      await changePhone(this.sitting, Number(this.options.element.value));
      this.element.open = false;
    });
  }
}
