/** A session's frames, from the bytes that /api/sessions/.../frames gives. */

import { nearest } from "../draw/curves/lines.js";
import { NAMES } from "../draw/channels.js";

const HEAD = ["headYaw", "headPitch", "headRoll"];
const ROW = 8 + 2 + 1; // bytes of a frame without its columns
const NEAR = 0.25; // seconds from a frame at which it still counts

/** What must be asked for: coefficients and the head's rotation, as far as they were delivered. */
export const wantedColumns = (delivered) => delivered.filter((name) => NAMES.includes(name) || HEAD.includes(name));

/** Frames as columns, and one of them at a time. */
export class Frames {
  /**
   * @param {ArrayBuffer} buffer little-endian: float64 time, float32 per column, int16 trial, uint8 tracked
   * @param {string[]} columns in the order asked for
   */
  constructor(buffer, columns) {
    const n = buffer.byteLength / (ROW + 4 * columns.length);
    if (!Number.isInteger(n)) throw new RangeError("The frames came incomplete.");
    this.time = new Float64Array(buffer, 0, n);
    this.columns = new Map(columns.map((name, i) => [name, new Float32Array(buffer, 8 * n + 4 * n * i, n)]));
    const rest = (8 + 4 * columns.length) * n;
    this.trial = new Int16Array(buffer, rest, n);
    this.tracked = new Uint8Array(buffer, rest + 2 * n, n);
    this.face = new Float32Array(NAMES.length);
  }

  get length() {
    return this.time.length;
  }

  /** Seconds from the first to the last frame. */
  get seconds() {
    return this.time.at(-1) ?? 0;
  }

  /** Number of the frame at a time, or -1 where none is near. */
  at(time) {
    const i = nearest(time, this.time);
    return i >= 0 && Math.abs(this.time[i] - time) <= NEAR ? i : -1;
  }

  /** The 52 coefficients of frame `i`, in one array that is used again; null without a face. NaN: not delivered. */
  coefficients(i) {
    if (i < 0 || !this.tracked[i]) return null;
    NAMES.forEach((name, k) => (this.face[k] = this.columns.get(name)?.[i] ?? NaN));
    return this.face;
  }

  /** Yaw, pitch and roll of the head in frame `i`, radians; null without a face. NaN: not delivered. */
  head(i) {
    return i < 0 || !this.tracked[i] ? null : HEAD.map((name) => this.columns.get(name)?.[i] ?? NaN);
  }
}
