/** The participant's screen: its link, its code to scan, and whether it is there. */

import { h, say } from "../ui.js";
import { onlyHere } from "./address.js";
import { attribute, shown, text } from "./place.js";

/** Shows one sitting's screen link. */
export class ScreenLink {
  constructor() {
    this.link = h("a", { target: "_blank", rel: "noopener" });
    this.state = h("p", { class: "state-line" });
    this.code = h("img", { class: "qr", width: "160", height: "160", alt: "Code to scan with the tablet that becomes the screen" });
    this.here = h("p", { class: "hint" },
      "This address opens only on this computer: use a second monitor, or start mimik serve with --host for tablets.");
    this.element = h("section", { class: "screen-link", "aria-label": "The participant's screen" },
      h("h3", {}, "Screen"), this.state,
      h("div", { class: "row" },
        h("button", { class: "button", type: "button", onclick: () => this.open() }, "Open in a new window"),
        h("button", { class: "button", type: "button", onclick: () => this.copy() }, "Copy the link")),
      h("p", { class: "link-line" }, this.link), this.code, this.here);
  }

  show({ screen }) {
    const url = new URL(screen.url ?? screen.path, location.href).href;
    const local = onlyHere(url);
    this.url = url;
    text(this.link, url);
    attribute(this.link, "href", url);
    shown(this.code, !local);
    shown(this.here, local);
    if (!local) attribute(this.code, "src", `/api/qr?text=${encodeURIComponent(url)}`);
    text(this.state, stateOf(screen));
  }

  open() {
    const path = new URL(this.url).pathname;
    const opened = window.open(path, "_blank", "popup,width=1000,height=700");
    if (!opened) say("The browser didn't open a window. Allow windows for this page, or use the link.", "bad");
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.url);
      say("Link copied.", "good");
    } catch {
      say("The browser doesn't allow copying here. Select the link and copy it.", "bad");
    }
  }
}

function stateOf({ connected, ready }) {
  if (!connected) return "▲ Not connected";
  const count = connected === 1 ? "Connected" : `Connected ${connected} times`;
  return ready ? `✓ ${count} and ready` : `○ ${count}, not ready yet`;
}
