/** The live face of a sitting's phone: face, head and bars. Watches only while it is shown. */

import { Face } from "../draw/face.js";
import { Pose } from "../draw/pose.js";
import { h } from "../ui.js";

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
    this.element = h("section", { class: "live", "aria-label": "What the phone sees" }, face, pose);
    this.face = new Face(face, { label: "Face of the participant, drawn" });
    this.pose = new Pose(pose);
    this.bars = bars;
    this.topic = null;
    this.latest = null;
    this.waiting = 0;
  }

  /**
   * Watch a phone. A silent phone tells nothing: its last face is taken away.
   * @param {number} device
   * @param {boolean} silent
   */
  follow(device, silent) {
    const topic = `face:${device}`;
    if (topic !== this.topic) {
      this.close();
      this.topic = topic;
      this.watching.add(topic, (data) => this.take(data));
      this.draw(null);
    }
    if (silent && this.latest) this.draw((this.latest = null));
  }

  /** Watch nothing any more. */
  close() {
    if (this.topic) this.watching.drop(this.topic);
    if (this.waiting) cancelAnimationFrame(this.waiting);
    this.topic = this.latest = null;
    this.waiting = 0;
  }

  take(data) {
    this.latest = data;
    this.waiting ||= requestAnimationFrame(() => {
      this.waiting = 0;
      this.draw(this.latest);
    });
  }

  draw(data) {
    const seen = data?.tracked ? data : { coefficients: null, head: null };
    this.face.show(seen.coefficients, { head: seen.head });
    this.pose.show(seen.head && { yaw: seen.head[0], pitch: seen.head[1], roll: seen.head[2] });
    this.bars?.show(seen.coefficients);
  }
}
