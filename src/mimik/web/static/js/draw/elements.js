/** Elements of drawings: SVG, attributes that change often, and their style sheet. */

/** An SVG element with attributes and children. */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Set an attribute, or its text with "text", only where it is another: what doesn't change costs nothing. */
export function set(element, name, value) {
  const text = String(value);
  if (name === "text") {
    if (element.textContent !== text) element.textContent = text;
  } else if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

/** Link css/draw.css, once a page. */
export function dressed() {
  const href = new URL("../../css/draw.css", import.meta.url).href;
  if ([...document.styleSheets].some((sheet) => sheet.href === href)) return;
  if (document.querySelector("link[data-draw]")) return;
  const link = document.createElement("link");
  Object.assign(link, { rel: "stylesheet", href });
  link.dataset.draw = "";
  document.head.append(link);
}
