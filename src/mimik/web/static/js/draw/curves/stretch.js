/** The stretch of time that is in view: zooming and panning never leave what there is. */

const CLOSEST = 0.25; // seconds across the picture

/** From where to where a picture shows. */
export class Stretch {
  constructor(first = 0, last = 1) {
    this.all(first, last);
  }

  /** Everything there is. */
  all(first = this.first, last = this.last) {
    Object.assign(this, { first, last: last > first ? last : first + 1 });
    this.show(this.first, this.last);
  }

  /** Show from here to there, as far as there is something. */
  show(from, to) {
    const most = this.last - this.first;
    const width = Math.min(most, Math.max(Math.min(CLOSEST, most), to - from));
    const middle = (from + to) / 2;
    this.from = Math.min(Math.max(middle - width / 2, this.first), this.last - width);
    this.to = this.from + width;
  }

  /** Show `factor` times as much, with the time `around` where it is. */
  zoom(factor, around = (this.from + this.to) / 2) {
    const most = this.last - this.first;
    const width = Math.min(most, Math.max(Math.min(CLOSEST, most), this.width * factor));
    const share = (around - this.from) / this.width;
    const from = around - share * width;
    this.show(from, from + width);
  }

  /** Move by a share of what is in view; later with a positive one. */
  pan(share) {
    this.show(this.from + share * this.width, this.to + share * this.width);
  }

  get width() {
    return this.to - this.from;
  }

  get complete() {
    return this.width >= (this.last - this.first) * (1 - 1e-9);
  }
}
