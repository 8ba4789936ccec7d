/** Who takes part: somebody new, somebody known, or a session that was broken off. */

import { allowed } from "../purposes.js";
import { counted, field, h } from "../ui.js";
import { Choices } from "./choices.js";
import { shown, text } from "./place.js";

const MOST_SHOWN = 30;

/** The first part of preparing. */
export class ParticipantPart {
  constructor(laboratory, onChange) {
    this.laboratory = laboratory;
    this.onChange = onChange;
    this.kind = new Choices("Who takes part", () => this.changed());
    this.search = h("input", { type: "search", autocomplete: "off", oninput: () => this.update() });
    this.known = new Choices("Known participants", onChange);
    this.found = h("p", { class: "hint", role: "status" });
    this.unfinished = new Choices("Unfinished sessions", onChange);
    this.knownPart = h("div", { class: "sub" }, field("Search pseudonym or note", this.search), this.found,
      h("div", { class: "long-list" }, this.known.element));
    this.unfinishedPart = h("div", { class: "sub" }, this.unfinished.element);
    this.element = h("fieldset", {}, h("legend", {}, "1. Participant"), this.kind.element, this.knownPart, this.unfinishedPart);
    this.update();
    this.kind.value = "new";
    this.update();
  }

  /** @returns {{participant: string | null, resume: string | null} | null} null while nobody is chosen */
  get value() {
    if (this.kind.value === "known") return this.known.value && { participant: this.known.value, resume: null };
    if (this.kind.value === "unfinished") {
      const [participant, resume] = this.unfinished.value?.split("/") ?? [];
      return resume ? { participant, resume } : null;
    }
    return { participant: null, resume: null };
  }

  /** Choose an unfinished session; false if there is none such. */
  resume({ participant, session }) {
    const wanted = `${participant}/${session}`;
    if (!this.unfinished.rows.has(wanted)) return false;
    this.kind.value = "unfinished";
    this.unfinished.value = wanted;
    this.changed();
    return true;
  }

  changed() {
    this.update();
    this.onChange();
  }

  /** Fill in again what is known of participants and sessions. */
  update() {
    const { participants, unfinished } = this.laboratory;
    this.kind.offer([
      { value: "new", text: "New participant", more: "a pseudonym is drawn when the session begins" },
      { value: "known", text: "Known participant", more: counted(participants.length, "participant"), disabled: !participants.length },
      { value: "unfinished", text: "Unfinished session", more: counted(unfinished.length, "session"), disabled: !unfinished.length },
    ]);
    this.unfinished.offer(unfinished.map(unfinishedRow));
    if (unfinished.length === 1 && !this.unfinished.value) this.unfinished.value = [...this.unfinished.rows.keys()][0];
    this.updateKnown(participants);
    shown(this.knownPart, this.kind.value === "known");
    shown(this.unfinishedPart, this.kind.value === "unfinished");
  }

  updateKnown(participants) {
    const wanted = this.search.value.trim().toLowerCase();
    const fitting = participants.filter((one) => searchable(one).includes(wanted));
    const chosen = this.known.value;
    this.known.offer(fitting.slice(0, MOST_SHOWN).map(knownRow));
    if (fitting.length === 1 && wanted) this.known.value = fitting[0].id;
    else if (chosen) this.known.value = chosen;
    const more = fitting.length > MOST_SHOWN ? `, the first ${MOST_SHOWN} are shown: search for the others` : "";
    text(this.found, wanted || more ? `${counted(fitting.length, "participant")} found${more}` : "");
    if (this.known.value !== chosen && this.kind.value === "known") this.onChange();
  }
}

function searchable(one) {
  return [one.id, ...Object.values(one.columns ?? {})].join(" ").toLowerCase();
}

function knownRow(one) {
  const sessions = counted(one.sessions.length, "session");
  const agreed = one.consented_now ? "agreed to the newest text" : "to be asked for consent";
  return { value: one.id, text: one.id, more: `${sessions}, ${agreed}, ${allowed(one.consent)}` };
}

function unfinishedRow(one) {
  const problem = one.problem ? ` ${one.problem}` : "";
  return {
    value: `${one.participant}/${one.session}`,
    text: `${one.participant} · ${one.session}`,
    more: `${one.trials_done} of ${counted(one.trials, "trial")} done${problem}`,
    disabled: Boolean(one.problem),
  };
}
