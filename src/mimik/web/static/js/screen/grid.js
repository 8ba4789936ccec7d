/** How several seats share one screen. */

/**
 * The number of columns that makes the tiles' shorter sides longest.
 * @param {number} tiles @param {number} width @param {number} height @returns {number}
 */
export function columns(tiles, width, height) {
  let best = 1;
  let longest = 0;
  for (let n = 1; n <= tiles; n += 1) {
    const shorter = Math.min(width / n, height / Math.ceil(tiles / n));
    if (shorter > longest) [best, longest] = [n, shorter];
  }
  return best;
}
