/** The header and footer of the operator's pages. */

import { get } from "./api.js";
import { h } from "./ui.js";

const PAGES = [
  ["/", "Home"],
  ["/devices", "Devices"],
  ["/sessions", "Sessions"],
  ["/recordings", "Recordings"],
  ["/models", "Models"],
  ["/live", "Live"],
];

/**
 * Put header and footer into the page.
 * @param {string} here the path of this page.
 * @returns {Promise<Object>} what GET /api/study tells; rejects with a Problem.
 */
export async function header(here) {
  const study = h("span", { class: "study" });
  const bar = h(
    "div",
    { class: "bar" },
    h("a", { class: "brand", href: "/" }, h("img", { src: "/static/icon.svg", alt: "" }), "Mimik"),
    h("nav", { "aria-label": "Pages" }, h("ul", null, ...PAGES.map(([path, name]) => link(path, name, here)))),
    study,
  );
  const top = document.getElementById("top") ?? document.body.insertBefore(h("header", { id: "top" }), document.body.firstChild);
  top.replaceChildren(h("a", { class: "skip button", href: "#main" }, "Skip to the page"), bar);
  document.body.append(footer());
  const told = await get("/api/study");
  if (told.open) {
    study.replaceChildren(told.title);
    study.title = told.title;
    if (told.synthetic) bar.append(h("span", { class: "badge synthetic", title: "This study holds simulated people only" }, "SYNTHETIC"));
  }
  return told;
}

function link(path, name, here) {
  return h("li", null, h("a", { href: path, "aria-current": path === here ? "page" : null }, name));
}

function footer() {
  return h(
    "footer",
    null,
    h("p", null, "Research use only; not a medical device. Mimik recognises which expression is shown, never what is felt."),
  );
}
