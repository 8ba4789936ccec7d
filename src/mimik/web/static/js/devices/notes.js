/** What must be said plainly about phones and other apps. */

import { h } from "../ui.js";

/** Who may send, and what is for other apps. */
export function securityNote() {
  return h(
    "section",
    { class: "split notes" },
    h(
      "div",
      null,
      h("h2", null, "Accept only phones that you see"),
      h("p", null, "Live Link Face knows no password and no encryption: anybody in the same network can send to this computer, under any name, and read what phones send. Record in a network of your own. Use “Blink now” if you are not sure which phone is which."),
      h("p", null, "The name set in a phone's app is shown here and never stored; the study keeps a number."),
    ),
    h(
      "div",
      null,
      h("h2", null, "Other apps and webcams"),
      h("p", null, "The studio listens to Live Link Face. VTube Studio, iFacialMocap, Facemotion3d, Face Cap, streams of the Lab Streaming Layer and webcams record from the command line, as docs/recording.md describes:"),
      h("p", null, h("code", null, "mimik record STUDY --source webcam")),
      h("p", { class: "hint" }, "What they record stands beside the rest in the study."),
    ),
  );
}
