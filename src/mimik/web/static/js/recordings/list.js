/** All sessions of the study, the newest first; to be searched and filtered. */

import { allowed } from "../purposes.js";
import { counted, duration, empty, field, h, keepFocus, number, replace, select, when } from "../ui.js";
import { hashOf } from "./address.js";
import { brokenOff } from "./brokenoff.js";
import { STATUSES, badge, statusOf } from "./status.js";

/** A list with a search and a filter, which stay as they are when it is shown anew. */
export class List {
  #sessions = [];
  #people = new Map();
  #rows = h("ul", { class: "recordings" });
  #count = h("p", { class: "hint", role: "status" });
  #search = h("input", { type: "search", placeholder: "sub-…", autocomplete: "off", spellcheck: "false" });
  #status = select([["", "all"], ...STATUSES], { value: "" });
  #changed;

  /** @param {() => Promise<void>} changed called when a session was finished or removed */
  constructor(changed) {
    this.#changed = changed;
    this.#search.addEventListener("input", () => this.#fill());
    this.#status.addEventListener("change", () => this.#fill());
    const filters = h("div", { class: "filters" }, field("Pseudonym", this.#search), field("Status", this.#status));
    this.element = h("div", null, h("h1", null, "Recordings"), filters, this.#count, this.#rows);
  }

  /** @param {object[]} sessions @param {{id: string, consent: object | null}[]} people with what they allow */
  show(sessions, people) {
    this.#people = new Map(people.map((one) => [one.id, one]));
    this.#sessions = [...sessions].sort((a, b) => (b.started ?? 0) - (a.started ?? 0) || named(b).localeCompare(named(a)));
    this.#fill();
  }

  #fill() {
    const text = this.#search.value.trim().toLowerCase();
    const status = this.#status.value;
    const found = this.#sessions.filter((s) => named(s).toLowerCase().includes(text) && (!status || statusOf(s) === status));
    this.#count.textContent = `${counted(found.length, "session")}${found.length < this.#sessions.length ? ` of ${number(this.#sessions.length)}` : ""}`;
    keepFocus(this.#rows, () => replace(this.#rows, this.#shown(found)));
  }

  #shown(found) {
    if (this.#sessions.length === 0) return h("li", null, nothing());
    return found.length ? found.map((session) => this.#row(session)) : h("li", null, this.#none());
  }

  #row(session) {
    const open = session.status !== "interrupted";
    const name = h("span", { class: "session-name" }, session.participant, " ", h("span", { class: "muted" }, session.session));
    const link = open ? h("a", { href: hashOf(session) }, name) : name;
    return h(
      "li",
      { class: "card recording" },
      h("div", { class: "row" }, link, badge(session)),
      h("p", { class: "muted facts" }, facts(session, this.#people.get(session.participant))),
      !open && brokenOff(session, this.#changed),
    );
  }

  #none() {
    const clear = () => {
      this.#search.value = "";
      this.#status.value = "";
      this.#fill();
      this.#search.focus();
    };
    return empty({ title: "No session fits", text: "Nothing has this pseudonym and status.", action: { label: "Show all", onclick: clear } });
  }
}

const named = ({ participant, session }) => `${participant}/${session}`;

function nothing() {
  const text = "Sessions appear here as soon as they are recorded. Recordings made elsewhere come in with the command mimik import.";
  return empty({ title: "No recordings yet", text, action: { label: "Go to Sessions", href: "/sessions" } });
}

function facts(session, person) {
  const done = session.trials.filter((trial) => trial.outcome !== "redone" && trial.outcome !== "incomplete");
  const bad = session.trials.filter((trial) => trial.excluded).length;
  const seconds = done.reduce((sum, trial) => sum + (trial.duration ?? 0), 0);
  return [
    session.started === null ? "" : when(session.started),
    counted(done.length, "trial") + (bad ? `, ${bad} marked as bad` : ""),
    counted(session.frames, "frame"),
    seconds > 0 ? `${duration(seconds)} of trials` : "",
    session.app,
    person ? allowed(person.consent) : "",
  ]
    .filter(Boolean)
    .join(" · ");
}
