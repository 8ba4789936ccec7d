/** The picture or clip of a trial. */

import { h } from "../ui.js";
import { soundAllowed, unlockLater } from "./display.js";
import { source } from "./preload.js";

/** Phases in which it is there, once the recording has begun; a face that is lost for a moment does not stop it. */
const SHOWN = new Set(["recording", "waiting-for-face"]);

export class Media {
  /** @type {HTMLElement} */
  element;
  #picture = h("img", { alt: "", hidden: true, draggable: "false" });
  #clip = h("video", { playsinline: true, preload: "auto", disablepictureinpicture: true, hidden: true });
  #play;
  #sound;
  #name = "";
  #begun = false;
  #runs = false;
  #progress = 0;

  /** @param {{play: HTMLElement, sound: HTMLElement}} buttons shown where a press is needed */
  constructor({ play, sound }) {
    [this.#play, this.#sound] = [play, sound];
    for (const button of [play, sound]) button.hidden = true;
    play.addEventListener("click", () => this.#start());
    sound.addEventListener("click", () => this.allowSound());
    this.#clip.addEventListener("timeupdate", () => this.#remember());
    unlockLater(this.#clip);
    this.element = h("div", { class: "media", hidden: true }, this.#picture, this.#clip, play, sound);
  }

  /**
   * @param {string} seat @param {number} trial
   * @param {{kind: string, url: string, description: string} | null} media loaded as soon as it is known
   * @param {string} phase @param {number} progress of the trial
   * @returns {boolean} whether it is there now
   */
  show(seat, trial, media, phase, progress) {
    const name = media ? `mimik:clip:${seat}:${trial}:${media.url}` : "";
    if (phase === "paused") this.element.hidden = true; // and it is kept for afterwards
    else this.#showNow(name, media, phase, progress);
    const runs = !this.element.hidden && !this.#clip.hidden;
    if (runs && !this.#runs) this.#start();
    if (!runs && this.#runs) this.#clip.pause();
    this.#runs = runs;
    return !this.element.hidden;
  }

  #showNow(name, media, phase, progress) {
    const again = name && this.#begun && progress < this.#progress; // the trial was begun anew
    if (name !== this.#name || again) this.#load(name, media);
    this.#progress = progress;
    if (media && phase === "recording") this.#begun = true;
    this.element.hidden = !media || !this.#begun || !SHOWN.has(phase);
  }

  /** Sound, once a press has allowed it. */
  allowSound() {
    if (!soundAllowed()) return;
    this.#clip.muted = false;
    this.#sound.hidden = true;
  }

  #load(name, media) {
    this.#forget();
    this.#name = name;
    this.#begun = false;
    this.#runs = false;
    this.#play.hidden = this.#sound.hidden = true;
    this.#picture.hidden = media?.kind !== "picture";
    this.#clip.hidden = media?.kind !== "clip";
    this.#picture.removeAttribute("src");
    if (this.#clip.hasAttribute("src")) {
      this.#clip.removeAttribute("src");
      this.#clip.load();
    }
    if (!media) return;
    const element = media.kind === "clip" ? this.#clip : this.#picture;
    element.src = source(media.url);
    element.onerror = () => { if (element.src !== new URL(media.url, location.href).href) element.src = media.url; };
    this.#picture.alt = media.kind === "clip" ? "" : media.description;
    this.#clip.setAttribute("aria-label", media.kind === "clip" ? media.description : "");
  }

  /** Run the clip from where it was; without sound until a press allowed it. */
  async #start() {
    const clip = this.#clip;
    const at = this.#recall();
    if (at > clip.currentTime + 0.5) clip.currentTime = at;
    if (clip.ended || (clip.duration && at >= clip.duration - 0.1)) return;
    clip.muted = !soundAllowed();
    try {
      await clip.play();
      this.#play.hidden = true;
      this.#sound.hidden = !clip.muted;
    } catch (error) {
      if (error.name === "NotAllowedError") this.#play.hidden = false;
    }
  }

  /** A page that is loaded again goes on where the clip was. */
  #remember() {
    if (!this.#begun) return;
    try {
      sessionStorage.setItem(this.#name, String(this.#clip.currentTime));
    } catch {
      // A browser that keeps nothing: the clip begins again after a reload.
    }
  }

  #recall() {
    try {
      return Number(sessionStorage.getItem(this.#name) ?? 0);
    } catch {
      return 0;
    }
  }

  #forget() {
    try {
      if (this.#name) sessionStorage.removeItem(this.#name);
    } catch {
      // As above.
    }
  }
}
