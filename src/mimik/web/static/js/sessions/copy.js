/** A small copy of what the participant sees. */

import { texts } from "../screen/texts.js";
import { h } from "../ui.js";
import { Part, attribute, shown, text, value } from "./place.js";

/** Phases in which there is something to do; in the others only the message stands on the screen. */
const TASK = new Set(["waiting-for-start", "waiting-for-face", "recording"]);

/** Shows a view as the participant's screen does. */
export class ScreenCopy {
  constructor() {
    this.progress = h("progress", { max: "1", value: "0", "aria-label": "Progress of the trial" });
    this.part = h("span", { class: "muted" });
    this.top = h("div", { class: "copy-top" }, this.progress, this.part);
    this.prompt = h("p", { class: "copy-prompt" });
    this.media = new Part(h("div", { class: "copy-media" }), mediaOf);
    this.look = h("p", { class: "copy-look" }, h("span", { class: "copy-cross", "aria-hidden": "true" }, "✕"));
    this.fixation = h("span", {});
    this.look.append(this.fixation);
    this.questions = new Part(h("ol", { class: "copy-questions" }), askedQuestions);
    this.message = h("p", { class: "copy-message" });
    this.start = h("span", { class: "copy-start" });
    this.element = h("div", { class: "copy", role: "group", "aria-label": "What the participant sees" },
      this.top, this.prompt, this.media.element, this.look, this.questions.element, this.message, this.start);
  }

  /**
   * @param {object | null} view
   * @param {{language: string, direction: string}} as
   */
  show(view, { language, direction }) {
    const task = TASK.has(view?.phase);
    const asking = view?.phase === "asking";
    attribute(this.element, "lang", language);
    attribute(this.element, "dir", direction);
    shown(this.top, task || view?.phase === "paused");
    value(this.progress, view?.progress);
    text(this.part, view ? `${view.trial}/${view.of}` : "");
    text(this.prompt, task ? view.prompt : "");
    this.media.show(task ? view.media : null);
    shown(this.look, task);
    text(this.fixation, view?.fixation_text ?? "");
    shown(this.questions.element, asking);
    this.questions.show(asking ? view.questions : []);
    const { say } = texts(language);
    text(this.message, asking ? "" : view?.message || ownMessage(view?.phase, say));
    text(this.start, say("start"));
    shown(this.start, view?.phase === "waiting-for-start");
  }
}

/** What the screen says by itself where the protocol says nothing. */
function ownMessage(phase, say) {
  if (!phase || phase === "ready") return say("wait");
  return phase === "done" || phase === "stopped" ? say("thanks") : "";
}

function mediaOf(media) {
  if (!media) return [];
  if (media.kind === "image") return [h("img", { src: media.url, alt: media.description })];
  return [h("p", { class: "muted" }, `▶ ${media.description || "A clip is shown"}`)];
}

function askedQuestions(questions) {
  return questions.map((question) => h("li", {}, question.text, h("span", { class: "muted" }, answersOf(question))));
}

function answersOf(question) {
  if (question.kind === "choice") return ` ${question.options.map((option) => option.text).join(" / ")}`;
  if (question.kind === "scale") return ` ${question.minimum} ${question.low} – ${question.maximum} ${question.high}`;
  return "";
}
