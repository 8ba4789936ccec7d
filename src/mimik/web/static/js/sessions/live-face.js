/** The live face of a sitting's phone: face, head, numbers, bars. Watches only while it is shown. */

import { Face } from "../draw/face.js";
import { Pose } from "../draw/pose.js";
import { h } from "../ui.js";
import { text } from "./place.js";

/** Shows what a phone sees, at most once per picture of the browser. */
export class LiveFace {
  /**
   * @param {{add: Function, drop: Function}} watching
   * @param {import("../draw/bars.js").Bars | null} bars shown along, where they stand
   */
  constructor(watching, bars = null) {
    this.watching = watching;
    const face = h("div", { class: "live-face" });
    const pose = h("div", { class: "live-pose" });
    this.rate = h("span", {});
    this.gap = h("span", { class: "muted" });
    this.element = h("section", { class: "live", "aria-label": "What the phone sees" },
      face, pose, h("p", { class: "live-numbers" }, this.rate, " ", this.gap));
    this.face = new Face(face, { label: "Face of the participant, drawn" });
    this.pose = new Pose(pose);
    this.bars = bars;
    this.topic = null;
    this.latest = null;
    this.waiting = 0;
  }

  /** Watch a phone. @param {number} device */
  follow(device) {
    const topic = `face:${device}`;
    if (topic === this.topic) return;
    this.close();
    this.topic = topic;
    this.watching.add(topic, (data) => this.take(data));
    this.draw({ tracked: false, coefficients: null, head: null, rate: null, gap: false });
  }

  /** Watch nothing any more. */
  close() {
    if (this.topic) this.watching.drop(this.topic);
    if (this.waiting) cancelAnimationFrame(this.waiting);
    this.topic = null;
    this.waiting = 0;
  }

  take(data) {
    this.latest = data;
    this.waiting ||= requestAnimationFrame(() => {
      this.waiting = 0;
      this.draw(this.latest);
    });
  }

  draw({ tracked, coefficients, head, rate, gap }) {
    const seen = tracked ? coefficients : null;
    this.face.show(seen, { head: tracked ? head : null });
    this.pose.show(tracked && head ? { yaw: head[0], pitch: head[1], roll: head[2] } : null);
    this.bars?.show(seen);
    text(this.rate, rate === null ? "no rate yet" : `${rate.toFixed(1)} frames/s`);
    text(this.gap, gap ? "▲ frames were just lost" : "");
  }
}
