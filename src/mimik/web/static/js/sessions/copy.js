/** A small copy of what the participant sees. */

import { h } from "../ui.js";
import { Part, attribute, shown, text } from "./place.js";

/** Shows a view as the participant's screen does. */
export class ScreenCopy {
  constructor() {
    this.prompt = h("p", { class: "copy-prompt" });
    this.cross = h("span", { class: "copy-cross", "aria-hidden": "true" }, "✕");
    this.fixation = h("p", { class: "copy-fixation" });
    this.message = h("p", { class: "copy-message" });
    this.picture = h("img", { class: "copy-picture", alt: "" });
    this.progress = h("progress", { max: "1", value: "0", "aria-label": "Progress of the trial" });
    this.questions = new Part(h("ol", { class: "copy-questions" }), askedQuestions);
    this.element = h("div", { class: "copy", role: "group", "aria-label": "What the participant sees" },
      this.prompt, this.picture, this.cross, this.fixation, this.questions.element, this.message, this.progress);
  }

  /**
   * @param {object | null} view
   * @param {{language: string, direction: string, media: string}} as media: address in front of a view's own
   */
  show(view, { language, direction, media = "" }) {
    attribute(this.element, "lang", language);
    attribute(this.element, "dir", direction);
    const asking = view?.phase === "asking";
    const looking = ["waiting-for-start", "waiting-for-face", "recording"].includes(view?.phase);
    text(this.prompt, view && (looking || asking) ? view.prompt : "");
    text(this.fixation, looking ? view.fixation_text : "");
    text(this.message, view?.message ?? "");
    this.showPicture(looking ? view.media : null, media);
    shown(this.cross, looking);
    shown(this.progress, looking);
    shown(this.questions.element, asking);
    this.questions.show(asking ? (view.questions ?? []) : []);
    const share = String(view?.progress ?? 0);
    if (this.progress.value !== Number(share)) this.progress.value = Number(share);
  }

  showPicture(media, address) {
    const still = media?.kind === "image";
    shown(this.picture, still);
    if (!still) return;
    attribute(this.picture, "alt", media.description ?? "");
    attribute(this.picture, "src", /^(https?:|\/)/.test(media.url) ? media.url : address + media.url);
  }
}

function askedQuestions(questions) {
  return questions.map((question) => h("li", {}, question.text, h("span", { class: "muted" }, answersOf(question))));
}

function answersOf(question) {
  if (question.kind === "choice") return ` ${question.options.map((option) => option.text).join(" / ")}`;
  if (question.kind === "scale") {
    return ` ${question.minimum} ${question.low ?? ""} – ${question.maximum} ${question.high ?? ""}`;
  }
  return "";
}
