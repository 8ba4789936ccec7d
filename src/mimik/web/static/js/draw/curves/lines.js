/** Long series as few shapes: where many values share a pixel, the mean as a line and a band from least to largest. */

/** The first place in a sorted array whose value is not below `x`. */
export function placeOf(x, sorted) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The place of the value nearest to `x`, or -1 where there is none. */
export function nearest(x, sorted) {
  const after = placeOf(x, sorted);
  if (after === 0) return sorted.length ? 0 : -1;
  return after < sorted.length && sorted[after] - x < x - sorted[after - 1] ? after : after - 1;
}

/** After how many seconds without a value a line breaks: half a second, or five usual steps. */
export function longestStep(x) {
  const some = [];
  const every = Math.max(1, Math.floor(x.length / 500));
  for (let i = 1; i < x.length; i += every) some.push(x[i] - x[i - 1]);
  some.sort((a, b) => a - b);
  return Math.max(0.5, 5 * (some[some.length >> 1] ?? 0));
}

/**
 * Cut a series into lines that are a point a pixel wide; they break at NaN and where nothing came for long.
 * @param {ArrayLike<number>} x sorted
 * @param {ArrayLike<number>} y
 * @param {{from: number, to: number, across: (x: number) => number, longest: number}} scale
 * @returns {{at: number, mean: number, least: number, largest: number}[][]} lines of points, places in pixels
 */
export function columns(x, y, { from, to, across, longest }) {
  const start = Math.max(0, placeOf(from, x) - 1);
  const end = Math.min(x.length, placeOf(to, x) + 1);
  const fine = (across(to) - across(from)) * 2 >= end - start; // few values: each has a place of its own
  const lines = [];
  let [line, column, before] = [null, null, -Infinity];
  for (let i = start; i < end; i++) {
    const value = y[i];
    if (value !== value) {
      line = null;
      continue;
    }
    if (line === null || x[i] - before > longest) {
      lines.push((line = []));
      column = null;
    }
    before = x[i];
    const at = fine ? across(x[i]) : Math.round(across(x[i]));
    if (column === null || column.at !== at) line.push((column = { at, sum: 0, n: 0, least: value, largest: value }));
    column.sum += value;
    column.n += 1;
    if (value < column.least) column.least = value;
    else if (value > column.largest) column.largest = value;
  }
  for (const each of lines) for (const point of each) point.mean = point.sum / point.n;
  return lines;
}

/** Fill the bands of lines; there are none where each value has a place of its own. Whole pixels are the fastest. */
export function bands(context, lines, down) {
  for (const line of lines) {
    for (const { at, least, largest } of line) {
      if (largest === least) continue;
      const top = Math.round(down(largest));
      context.fillRect(at, top, 1, Math.max(1, Math.round(down(least)) - top));
    }
  }
}

/** Add lines to a path that is to be drawn; a value all alone is a dot. */
export function strokes(pen, lines, down) {
  for (const line of lines) {
    pen.moveTo(line[0].at, down(line[0].mean));
    for (let i = 1; i < line.length; i++) pen.lineTo(line[i].at, down(line[i].mean));
    if (line.length === 1) pen.lineTo(line[0].at + 1, down(line[0].mean));
  }
}
