/** Text as large as its box allows. */

const SMALLEST = 10; // px

/**
 * A text in a box whose size does not depend on it. It is as large as it may be and still stands whole in the box.
 */
export class Fitted {
  #box;
  #line = document.createElement("span");
  #share;
  #last = "";

  /**
   * @param {HTMLElement} box
   * @param {number} share largest size, as a share of the shorter side of the tile around it
   */
  constructor(box, share) {
    this.#box = box;
    this.#share = share;
    box.classList.add("fitted");
    box.append(this.#line);
    new ResizeObserver(() => this.#fit()).observe(box);
  }

  /** @param {string} text */
  show(text) {
    if (this.#line.textContent === text) return;
    this.#line.textContent = text;
    this.#last = "";
    this.#fit();
  }

  #fit() {
    const { clientWidth: width, clientHeight: height } = this.#box;
    const size = `${width} ${height}`;
    if (size === this.#last || !width || !height) return;
    this.#last = size;
    const tile = this.#box.closest(".tile") ?? document.documentElement;
    let low = SMALLEST;
    let high = Math.max(SMALLEST, Math.floor(this.#share * Math.min(tile.clientWidth, tile.clientHeight)));
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#fits(middle, width, height)) low = middle;
      else high = middle - 1;
    }
    this.#fits(low, width, height);
  }

  #fits(size, width, height) {
    this.#line.style.fontSize = `${size}px`;
    return this.#line.offsetHeight <= height && this.#line.scrollWidth <= width;
  }
}
