/** One session: its coefficients over time, the face that moves with them, its trials. */

import { bytes, get } from "../api.js";
import { Curves } from "../draw/curves.js";
import { Face } from "../draw/face.js";
import { Pose } from "../draw/pose.js";
import { duration, h, number, percent, replace, when } from "../ui.js";
import { pathOf } from "./address.js";
import { Frames, wantedColumns } from "./frames.js";
import { happened } from "./happened.js";
import { Picker } from "./picker.js";
import { Player } from "./player.js";
import { badge } from "./status.js";
import { Trials } from "./trials.js";

const AROUND = 1; // seconds before and after a trial that one looks at

/** A view of one session; `open` loads it. */
export class Session {
  element = h("div", { class: "session" });

  /** @param {{participant: string, session: string}} name */
  constructor(name) {
    this.name = name;
  }

  /** Load facts and frames, and show them; rejects with a Problem. */
  async open() {
    replace(this.element, h("p", { class: "muted", role: "status" }, "Loading the recording …"));
    this.facts = await get(pathOf(this.name));
    const columns = wantedColumns(this.facts.columns);
    this.frames = new Frames(await bytes(`${pathOf(this.name)}/frames?columns=${columns.join(",")}`), columns);
    this.#build();
  }

  /** Keys of the page: Space plays and pauses where nothing else wants it. */
  key(event) {
    const taken = event.target.closest("input, select, textarea, button, a, summary, dialog, [role=group] [tabindex]");
    if (!this.player || taken || event.key !== " " || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.player.toggle();
  }

  #build() {
    const curves = h("div", { class: "session-curves" });
    const faces = h("div", { class: "session-face" });
    const face = h("div", { class: "face-place" });
    const pose = h("div", null);
    faces.append(face, pose);
    const trials = new Trials(this.facts, { show: (trial) => this.#look(trial), changed: () => this.#draw({ keep: true }) });
    replace(
      this.element,
      this.#head(),
      this.frames.length === 0 && h("p", { class: "empty" }, "This session has no frames."),
      h("section", { class: "session-view", "aria-label": "Coefficients and face" }, curves, faces),
      h("section", null, h("h2", null, "Trials"), trials.element),
      h("section", null, h("h2", null, "Notes and events"), happened(this.facts, (time) => this.#go(time))),
    );
    this.#fillView(curves, face, pose);
  }

  #fillView(place, face, pose) {
    const picker = new Picker(this.facts.moved, () => this.#draw({ keep: true }));
    place.append(picker.element);
    this.picker = picker;
    this.curves = new Curves(place, {
      label: "Coefficients over time",
      yLabel: "coefficient",
      empty: "No channel is picked",
      onCursor: (time) => this.player.seek(time),
    });
    this.face = new Face(face, { label: "Face" });
    this.pose = new Pose(pose);
    this.player = new Player(this.frames.seconds, {
      show: (time, playing) => this.#show(time, playing),
      tell: (time) => this.#told(time),
    });
    place.insertBefore(this.player.element, picker.element);
    this.#draw();
  }

  #head() {
    const { participant, session, started, frames, n, tracked, seconds, rate, app, device, language } = this.facts;
    const figures = [
      ["recorded", started === null ? "–" : when(started)],
      ["length", duration(seconds)],
      ["frames", number(frames)],
      ["with a face", n ? percent(tracked / n, 1) : "–"],
      ["frames a second", rate === null ? "–" : number(rate)],
    ];
    const rest = [app, device !== null && `device ${device}`, language && `prompts in ${language}`].filter(Boolean).join(" · ");
    return h(
      "header",
      null,
      h("p", { class: "back" }, h("a", { class: "button", href: "#" }, "‹ All recordings")),
      h("h1", null, participant, " ", h("span", { class: "muted" }, session), " ", badge(this.facts)),
      h("dl", { class: "figures" }, figures.map(([name, value]) => h("div", null, h("dt", null, name), h("dd", null, value)))),
      rest && h("p", { class: "hint" }, rest),
    );
  }

  #draw({ keep = false } = {}) {
    const { time, columns } = this.frames;
    const series = this.picker.names.filter((name) => columns.has(name)).map((name) => ({ name, y: columns.get(name) }));
    const spans = this.facts.trials
      .filter(({ start }) => start !== null)
      .map(({ start, end, trial, expression, excluded }) => ({ from: start, to: end, label: `${trial}. ${expression}`, kind: excluded ? "excluded" : "trial" }));
    this.curves.show({ x: time, series, spans, gaps: this.facts.lost }, { keep });
    this.curves.cursor(this.player.time);
  }

  #show(time, playing) {
    const i = this.frames.at(time);
    const head = this.frames.head(i);
    this.face.show(this.frames.coefficients(i), { head, nothing: i < 0 ? "Nothing recorded" : "No face" });
    this.pose.show(head && { yaw: head[0], pitch: head[1], roll: head[2] });
    this.curves.cursor(time, { follow: playing });
  }

  #told(time) {
    const trial = this.facts.trials.find(({ start, end }) => start !== null && time >= start && time <= end);
    const where = trial ? `trial ${trial.trial}, ${trial.expression}` : "between trials";
    const i = this.frames.at(time);
    const seen = i < 0 ? ", nothing recorded" : this.frames.tracked[i] ? "" : ", no face";
    return `${time.toFixed(1)} seconds, ${where}${seen}`;
  }

  #look({ start, end }) {
    this.curves.look(start - AROUND, end + AROUND);
    this.#go(start);
  }

  #go(time) {
    this.player.seek(time);
    const { from, to } = this.curves.view;
    if (time < from || time > to) this.curves.look(time - (to - from) / 2, time + (to - from) / 2);
    this.curves.focus();
  }
}

/** What a page's title says of a session. */
export const titleOf = ({ participant, session }) => `${participant} ${session}`;
