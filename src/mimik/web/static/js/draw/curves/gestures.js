/** Wheel, pinch, drag and keys on curves, as few calls: zoom, pan, all, pick, hover, brush. */

const NEAR = 5; // CSS pixels that a click may move

/**
 * Listen to an element.
 * @param {HTMLElement} element takes the focus
 * @param {object} on what is wanted: zoom(factor, place), pan(pixels), step(share), all(), pick(place), hover(place|null),
 *   brush(from, to, done), move(steps), complete() -> whether everything is in view; places are pixels from the left
 */
export function gestures(element, on) {
  element.tabIndex = 0;
  element.style.touchAction = "pan-y";
  const hand = new Hand(element, on);
  element.addEventListener("pointerdown", (event) => hand.down(event));
  element.addEventListener("pointermove", (event) => hand.move(event));
  for (const end of ["pointerup", "pointercancel"]) element.addEventListener(end, (event) => hand.up(event));
  element.addEventListener("pointerleave", () => on.hover(null));
  element.addEventListener("wheel", (event) => wheel(event, element, on), { passive: false });
  element.addEventListener("keydown", (event) => key(event, on));
}

/** A wheel zooms once the curves have the focus (or with Ctrl): until then the page scrolls as ever. */
function wheel(event, element, on) {
  if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
    if (on.complete()) return;
    event.preventDefault();
    on.pan(-event.deltaX);
  } else if (event.ctrlKey || document.activeElement === element) {
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 30 : 1;
    on.zoom(Math.exp(Math.max(-60, Math.min(60, event.deltaY * lines)) / 250), event.offsetX);
  }
}

const KEYS = {
  "+": (on) => on.zoom(1 / 1.5, null),
  "=": (on) => on.zoom(1 / 1.5, null),
  "-": (on) => on.zoom(1.5, null),
  ArrowLeft: (on, event) => (event.shiftKey ? on.move(-1) : on.step(-0.2)),
  ArrowRight: (on, event) => (event.shiftKey ? on.move(1) : on.step(0.2)),
  Home: (on) => on.all(),
};

function key(event, on) {
  if (event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
  event.preventDefault();
  KEYS[event.key](on, event);
}

/** One finger or the mouse pans, or picks a stretch where everything is in view; two fingers pinch. */
class Hand {
  #element;
  #on;
  #touching = new Map(); // pointer id -> place
  #start = null;
  #moved = false;
  #brushing = false;

  constructor(element, on) {
    this.#element = element;
    this.#on = on;
  }

  down(event) {
    if (event.button > 0) return;
    this.#element.setPointerCapture(event.pointerId);
    this.#touching.set(event.pointerId, event.offsetX);
    if (this.#touching.size > 1) this.#brush(null, false);
    if (this.#touching.size === 1) this.#start = event.offsetX;
    this.#moved = this.#touching.size > 1;
    this.#brushing = this.#touching.size === 1 && this.#on.complete();
  }

  move(event) {
    const before = this.#touching.get(event.pointerId);
    if (before === undefined) {
      if (event.pointerType === "mouse") this.#on.hover(event.offsetX);
      return;
    }
    if (Math.abs(event.offsetX - this.#start) > NEAR) this.#moved = true;
    if (this.#touching.size > 1) this.#pinch(event);
    else if (this.#brushing) this.#moved && this.#brush(event.offsetX, false);
    else if (this.#moved) this.#on.pan(event.offsetX - before);
    this.#touching.set(event.pointerId, event.offsetX);
  }

  up(event) {
    if (!this.#touching.delete(event.pointerId)) return;
    if (event.type === "pointercancel") this.#brush(null, false);
    else if (!this.#moved) this.#on.pick(event.offsetX);
    else if (this.#brushing) this.#brush(event.offsetX, true);
    if (event.type === "pointercancel" || this.#touching.size === 0) this.#brushing = false;
  }

  #brush(place, done) {
    this.#on.brush(place === null ? null : [this.#start, place], done);
  }

  #pinch(event) {
    const [other] = [...this.#touching].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
    const before = this.#touching.get(event.pointerId);
    const [was, is] = [Math.abs(before - other), Math.abs(event.offsetX - other)];
    if (was > 10 && is > 10) this.#on.zoom(was / is, other);
  }
}
