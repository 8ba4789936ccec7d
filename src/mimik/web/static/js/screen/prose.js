/** A text as people read it: headings, paragraphs and lists of its Markdown, and no word more or less. */

import { h } from "../ui.js";

const HEADING = /^(#{1,6})\s+(.*?)(?:\s+#+)?\s*$/;
const ITEM = /^\s*(?:[-*+]|(\d{1,3})[.)])\s+(.*)$/;

/**
 * @param {string} text
 * @returns {HTMLElement[]} each with its own direction, as nobody says which language the text is in
 */
export function prose(text) {
  return text.split(/\n\s*\n/).flatMap((block) => blocks(block.split("\n").filter((line) => line.trim())));
}

function blocks(lines) {
  const made = [];
  let open = null; // what further lines belong to: a paragraph or the last item of a list
  let list = null;
  for (const line of lines) {
    const [, marks, title] = line.match(HEADING) ?? [];
    const [item, number, words] = line.match(ITEM) ?? [];
    if (marks) {
      made.push(h(marks.length === 1 ? "h2" : "h3", { dir: "auto" }, title));
      open = list = null;
    } else if (item) {
      const kind = number ? "ol" : "ul";
      if (list?.localName !== kind) made.push((list = h(kind, null)));
      open = h("li", { dir: "auto", value: number ?? null }, words.trim());
      list.append(open);
    } else if (open) {
      open.append(broken(open), line.trim());
    } else {
      made.push((open = h("p", { dir: "auto" }, line.trim())));
    }
  }
  return made;
}

/** Lines of one paragraph run together, unless the one before ends in a backslash. */
function broken(element) {
  const last = element.lastChild;
  if (!last.data.endsWith("\\")) return " ";
  last.data = last.data.slice(0, -1);
  return h("br", null);
}
