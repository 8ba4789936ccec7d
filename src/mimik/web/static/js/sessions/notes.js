/** Notes with times: Enter adds one. */

import { busy, field, h, when } from "../ui.js";
import { note } from "./actions.js";
import { Part } from "./place.js";

/** The notes of one sitting. */
export class Notes {
  constructor(id) {
    this.input = h("input", { type: "text", id: `note-${id}`, maxlength: "500", autocomplete: "off", enterkeyhint: "done" });
    this.button = h("button", { class: "button", type: "submit" }, "Add note");
    this.list = new Part(h("ol", { class: "notes", "aria-label": "Notes" }), (notes) => notes.map(row));
    const hint = h("p", { class: "hint", id: `note-${id}-told` }, "Kept with the time. Enter adds it. No names, please.");
    this.input.setAttribute("aria-describedby", hint.id);
    const form = h("form", { class: "note-form", onsubmit: (event) => this.add(event) },
      field("Note", this.input), this.button, hint);
    this.element = h("section", { class: "notes-part", "aria-label": "Notes" }, form, this.list.element);
  }

  show(sitting) {
    this.sitting = sitting;
    this.list.show([...sitting.notes].reverse());
  }

  focus() {
    this.input.focus();
  }

  async add(event) {
    event.preventDefault();
    const words = this.input.value.trim();
    if (!words) return;
    await busy(this.button, async () => {
      await note(this.sitting, words);
      this.input.value = "";
    });
    this.input.focus();
  }
}

function row({ at, text }) {
  return h("li", {}, h("time", { class: "muted", datetime: new Date(at * 1000).toISOString() }, when(at)), " ", text);
}
