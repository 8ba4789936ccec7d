/** All sittings side by side; one of them is open. */

import { h } from "../ui.js";
import { Card } from "./card.js";
import { name, signal, stage } from "./words.js";

/** Keeps a card for each sitting, in the order in which they were prepared. */
export class Board {
  /** @param {object} around laboratory, watching, next(sitting), goOn(sitting) */
  constructor(around) {
    this.around = { ...around, open: (id) => this.open(this.opened === id ? null : id) };
    this.cards = new Map();
    this.opened = null;
    this.said = new Map();
    this.grid = h("div", { class: "board" });
    this.voice = h("p", { class: "visually-hidden", role: "status" });
    this.element = h("section", { "aria-label": "Sessions that run or are prepared" }, this.grid, this.voice);
  }

  /** Show the newest states. @param {object[]} sittings */
  show(sittings) {
    const ids = new Set(sittings.map((sitting) => sitting.id));
    for (const id of [...this.cards.keys()]) if (!ids.has(id)) this.remove(id);
    sittings.forEach((sitting, place) => this.showOne(sitting, place));
    if (this.opened === null && sittings.length === 1 && !this.closedByHand) this.open(sittings[0].id, { focus: false });
    this.layOut();
    this.announce(sittings);
  }

  showOne(sitting, place) {
    let card = this.cards.get(sitting.id);
    if (!card) {
      card = new Card(sitting, this.around);
      this.cards.set(sitting.id, card);
    }
    card.show(sitting, place);
    if (this.grid.children[place] !== card.element) this.grid.insertBefore(card.element, this.grid.children[place] ?? null);
  }

  remove(id) {
    const card = this.cards.get(id);
    const mine = card.element.contains(document.activeElement);
    card.closePanel();
    card.element.remove();
    this.cards.delete(id);
    this.said.delete(id);
    if (this.opened === id) this.opened = null;
    if (mine) document.getElementById("main").focus({ preventScroll: true });
  }

  /** Open one card and close the others; null closes all. */
  open(id, { focus = true } = {}) {
    this.opened = id;
    this.closedByHand = id === null;
    for (const [each, card] of this.cards) if (card.opened !== (each === id)) card.expand(each === id);
    this.layOut();
    const card = this.cards.get(id);
    if (!card || !focus) return;
    card.element.focus({ preventScroll: true });
    const { top } = card.element.getBoundingClientRect();
    if (top < 0 || top > innerHeight / 2) card.element.scrollIntoView({ block: "start" });
  }

  /** Open the card at a place, from 0. */
  card(place) {
    const id = [...this.cards.keys()][place];
    if (id !== undefined) this.open(id);
  }

  /** A key for the open card. */
  press(what) {
    this.cards.get(this.opened)?.press(what);
  }

  /** On wide pages the open card stands beside the others: it spans all their rows and one more. */
  layOut() {
    const others = this.cards.size - 1;
    this.grid.classList.toggle("beside", this.opened !== null && others > 0);
    this.grid.style.setProperty("--rows", String(Math.ceil(others / 2)));
  }

  /** Say what changed: all changes of the open card, of the others only what needs somebody. */
  announce(sittings) {
    const news = [];
    for (const sitting of sittings) {
      const now = stage(sitting);
      const sign = sitting.stage === "running" ? signal(sitting.device_state) : { kind: "", text: "" };
      const before = this.said.get(sitting.id);
      this.said.set(sitting.id, { stage: now.text, sign: sign.text, problem: sitting.problem });
      if (!before) continue;
      const open = this.opened === sitting.id;
      if (before.stage !== now.text && (open || sitting.stage === "ended")) news.push(`${name(sitting)}: ${now.text}`);
      if (before.sign !== sign.text && sign.text && (open || sign.kind === "bad")) news.push(`${name(sitting)}: ${sign.text}`);
      if (sitting.problem && before.problem !== sitting.problem) news.push(`${name(sitting)}: ${sitting.problem}`);
    }
    if (news.length) this.voice.textContent = news.join(". ");
  }
}
