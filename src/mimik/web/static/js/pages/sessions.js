/** The operator's page of sessions: prepare, check, run, one or ten. */

import { header } from "../nav.js";
import { beginAll, pressAll, stopAll } from "../sessions/actions.js";
import { forget, wanted } from "../sessions/address.js";
import { Board } from "../sessions/board.js";
import { listen, showHelp } from "../sessions/keys.js";
import { Laboratory } from "../sessions/laboratory.js";
import { PrepareMany } from "../sessions/many.js";
import { allowed, shown } from "../sessions/place.js";
import { Prepare } from "../sessions/prepare.js";
import { busy, empty, h, replace, say, tell } from "../ui.js";
import { watch } from "../watch.js";

/** Holds the parts of the page together. */
class Page {
  constructor(main) {
    this.main = main;
    this.laboratory = new Laboratory();
    this.form = null;
    this.waiting = 0;
  }

  async open() {
    try {
      await this.laboratory.load();
    } catch (error) {
      this.fail(error);
      return;
    }
    if (!this.laboratory.study.open) {
      const action = { label: "Make a study", href: "/" };
      replace(this.main, empty({ title: "No study yet", text: "Sessions need a study to be kept in.", action }));
      return;
    }
    this.build();
    this.obey();
    addEventListener("hashchange", () => this.obey());
    listen({ card: (place) => this.board.card(place), press: (what) => this.board.press(what), help: showHelp });
  }

  fail(error) {
    const text = [error.message, error.hint].filter(Boolean).join(" ");
    const action = { label: "Try again", onclick: () => this.open() };
    replace(this.main, empty({ title: "The sessions could not be loaded", text, action }));
  }

  build() {
    this.watching = watch({
      sittings: (data) => this.take("sittings", data),
      devices: (data) => this.take("devices", data),
      study: () => this.people(),
    });
    this.board = new Board({
      laboratory: this.laboratory, watching: this.watching,
      next: (sitting) => this.prepare({ after: sitting }),
      goOn: (sitting) => this.goOn(sitting),
    });
    this.place = h("div", {});
    this.nothing = empty({
      title: "No session is running",
      text: "Prepare one: a participant, consent, a phone, a screen. Nothing is written before you begin.",
      action: { label: "Prepare a session", onclick: () => this.prepare({}) },
    });
    const head = h("div", { class: "page-head" }, h("h1", {}, "Sessions"), this.toolbar());
    replace(this.main, head, this.place, this.nothing, this.board.element);
    this.show();
  }

  toolbar() {
    const press = async (pressed, work) => {
      await busy(pressed, async () => work());
      this.show();
    };
    const button = (words, work, kind = "") =>
      h("button", { class: `button ${kind}`, type: "button", onclick: (event) => press(event.currentTarget, work) }, words);
    const all = () => this.laboratory.current;
    this.one = button("Prepare a session", () => this.prepare({}));
    this.many = button("Prepare several at once", () => this.prepareMany());
    this.beginAll = button("Begin all", () => beginAll(all()));
    this.pauseAll = button("Pause all", () => pressAll(all(), "pause", "paused"));
    this.resumeAll = button("All go on", () => pressAll(all(), "resume", "going on"));
    this.stopAll = button("Stop all", () => stopAll(all()), "danger");
    return h("div", { class: "toolbar", role: "group", "aria-label": "All sessions" },
      this.one, this.many, this.beginAll, this.pauseAll, this.resumeAll, this.stopAll, button("Keys", showHelp));
  }

  /** Ten updates a second may come for each topic: the page shows the newest once per picture. */
  take(what, data) {
    this.laboratory[what] = data;
    this.waiting ||= requestAnimationFrame(() => {
      this.waiting = 0;
      this.show();
    });
  }

  async people() {
    try {
      await this.laboratory.people();
      this.form?.update();
    } catch (error) {
      tell(error);
    }
  }

  show() {
    const sittings = this.laboratory.current;
    const count = (test) => sittings.filter(test).length;
    this.board.show(sittings);
    shown(this.nothing, sittings.length === 0 && !this.form);
    shown(this.one, !this.form && sittings.length > 0);
    shown(this.many, !this.form && this.laboratory.freePhones.length > 1);
    shown(this.beginAll, count((one) => one.stage === "preparing") > 1);
    const running = count((one) => one.stage === "running") > 1;
    for (const button of [this.pauseAll, this.resumeAll, this.stopAll]) shown(button, running);
    allowed(this.pauseAll, count((one) => one.can.includes("pause")) > 0);
    allowed(this.resumeAll, count((one) => one.can.includes("resume")) > 0);
    this.form?.update();
  }

  obey() {
    const { prepare, many, resume, device } = wanted(location.hash);
    if (prepare) this.prepare({ resume, device });
    else if (many) this.prepareMany();
    else return;
    forget();
  }

  prepare(filling) {
    const form = new Prepare(this.laboratory, { done: (sitting) => this.prepared(sitting), close: () => this.closeForm() });
    this.openForm(form);
    const lack = form.fill(filling);
    if (lack) say(lack, "bad");
  }

  /** The list of unfinished sessions may not have this one yet. */
  async goOn(sitting) {
    await this.people();
    this.prepare({ resume: sitting, after: sitting });
  }

  prepareMany() {
    this.openForm(new PrepareMany(this.laboratory, { done: (sitting) => this.prepared(sitting), close: () => this.closeForm() }));
  }

  openForm(form) {
    this.form = form;
    replace(this.place, form.element);
    this.show();
    form.focus();
  }

  closeForm() {
    this.form = null;
    replace(this.place);
    this.show();
    this.main.focus({ preventScroll: true });
  }

  prepared(sitting) {
    this.closeForm();
    if (!sitting) return;
    if (!this.laboratory.sittings.some((one) => one.id === sitting.id)) this.take("sittings", [...this.laboratory.sittings, sitting]);
    this.show();
    this.board.open(sitting.id);
  }
}

header("/sessions").catch(() => {}); // the page tells by itself what can't be loaded
new Page(document.getElementById("main")).open();
