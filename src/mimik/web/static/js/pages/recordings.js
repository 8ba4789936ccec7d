/** The page of recordings: all sessions, or one of them closely. */

import { get } from "../api.js";
import { header } from "../nav.js";
import { wanted } from "../recordings/address.js";
import { brokenOff } from "../recordings/brokenoff.js";
import { List } from "../recordings/list.js";
import { People } from "../recordings/people.js";
import { Session, titleOf } from "../recordings/session.js";
import { badge } from "../recordings/status.js";
import { empty, h, replace, tell } from "../ui.js";
import { watch } from "../watch.js";

/** Shows what the address asks for. */
class Page {
  constructor(main) {
    this.main = main;
    this.list = new List(() => this.refresh());
    this.everybody = new People(() => this.refresh());
    this.session = null;
    this.sessions = [];
    this.people = [];
    this.asked = 0;
  }

  async open() {
    const study = await header("/recordings").catch((error) => this.fail(error, () => location.reload()));
    if (!study) return;
    if (!study.open) {
      this.say({ title: "No study yet", text: "Recordings are kept in a study.", action: { label: "Make a study", href: "/" } });
      return;
    }
    addEventListener("hashchange", () => this.go());
    addEventListener("keydown", (event) => this.session?.key(event));
    watch({ study: () => this.refresh().catch(tell) });
    await this.go();
  }

  /** Show the session that the address names, or the list. */
  async go() {
    const name = wanted(location.hash);
    const asked = ++this.asked;
    this.session = null;
    try {
      await this.load();
      if (asked !== this.asked) return;
      if (name) await this.one(name);
      else this.all();
    } catch (error) {
      if (asked === this.asked) this.fail(error, () => this.go());
    }
    if (asked > 1) this.main.focus(); // another view: a screen reader begins there
  }

  /** Sessions, and what their participants allow. */
  async load() {
    [this.sessions, this.people] = await Promise.all([get("/api/sessions"), get("/api/participants")]);
  }

  all() {
    document.title = "Recordings – Mimik";
    this.show();
    this.put(this.list.element, this.everybody.element);
  }

  show() {
    this.list.show(this.sessions, this.people);
    this.everybody.show(this.people);
  }

  async one(name) {
    document.title = `${titleOf(name)} – Recordings – Mimik`;
    const listed = this.sessions.find(({ participant, session }) => participant === name.participant && session === name.session);
    if (!listed) return this.missing(name);
    if (listed.status === "interrupted") return this.broken(listed);
    const session = new Session(name);
    this.put(session.element);
    await session.open();
    this.session = session;
  }

  broken(session) {
    const heading = h("h1", null, titleOf(session), " ", badge(session));
    const back = h("p", { class: "back" }, h("a", { class: "button", href: "#" }, "‹ All recordings"));
    this.put(back, heading, h("div", { class: "card" }, brokenOff(session, () => this.go())));
  }

  missing(name) {
    const text = "Was it removed, or is the address incomplete?";
    this.say({ title: `There is no session ${titleOf(name)}`, text, action: { label: "All recordings", href: "#" } });
  }

  /** The list follows the study; a session that one looks at stays as it is. */
  async refresh() {
    if (wanted(location.hash)) return;
    await this.load();
    if (!wanted(location.hash)) this.show();
  }

  fail(error, again) {
    const text = [error.message, error.hint].filter(Boolean).join(" ");
    this.say({ title: "The recordings could not be loaded", text, action: { label: "Try again", onclick: again } });
  }

  /** Say why there is nothing to see, and what to do. */
  say(what) {
    this.put(h("h1", null, "Recordings"), empty(what));
  }

  put(...content) {
    replace(this.main, content);
  }
}

new Page(document.getElementById("main")).open();
