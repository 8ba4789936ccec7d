/** Curves on a canvas: shaded spans with names, axes, lines, and hatching where something is missing. */

import { hatch } from "../canvas.js";
import { DASHES } from "../colours.js";
import { bands, columns, strokes } from "./lines.js";
import { timeText, timeTicks, valueText, valueTicks } from "./ticks.js";

export const EDGES = { left: 46, right: 10, top: 26, bottom: 36 }; // CSS pixels around the curves
const FONT = "12px system-ui, sans-serif";

/** How times and values become places: {across, down, back, left, right, top, bottom}. */
export function scaled(stretch, values, width, height) {
  const [left, right, top, bottom] = [EDGES.left, width - EDGES.right, EDGES.top, height - EDGES.bottom];
  const perSecond = (right - left) / stretch.width;
  const perValue = (bottom - top) / (values.high - values.low);
  return {
    ...{ left, right, top, bottom },
    across: (x) => left + (x - stretch.from) * perSecond,
    back: (place) => stretch.from + (place - left) / perSecond,
    down: (y) => bottom - (y - values.low) * perValue,
  };
}

/** The least and the largest value, with 0, a little apart. */
export function valuesOf(series) {
  let [low, high] = [0, 0.1];
  for (const { y } of series) {
    for (let i = 0; i < y.length; i++) {
      if (y[i] < low) low = y[i];
      if (y[i] > high) high = y[i];
    }
  }
  return { low: low < 0 ? low * 1.05 : 0, high: high * 1.05 };
}

/** Colour and dashes of series `i`: after eight, the same colours have other dashes. */
export function lookOf(i, own, colours) {
  return { stroke: own || colours.categories[i % 8], dash: DASHES[(i + Math.floor(i / 8)) % 8] };
}

/** Paint everything but cursors. */
export function paint(context, { shown, stretch, values, longest, yLabel }, width, height, colours) {
  const scale = scaled(stretch, values, width, height);
  context.font = FONT;
  context.save();
  context.beginPath();
  context.rect(scale.left, 0, scale.right - scale.left, scale.bottom);
  context.clip();
  for (const span of shown.spans) shade(context, span, scale, colours);
  context.restore();
  axes(context, stretch, values, scale, { width, height, yLabel, colours });
  context.save();
  context.beginPath();
  context.rect(scale.left, scale.top, scale.right - scale.left, scale.bottom - scale.top);
  context.clip();
  for (const gap of shown.gaps) missing(context, gap, scale, colours);
  shown.series.forEach((each, i) => curve(context, shown.x, each, { ...lookOf(i, each.colour, colours), stretch, longest, scale }));
  context.restore();
}

function curve(context, x, { y }, { stroke, dash, stretch, longest, scale }) {
  const lines = columns(x, y, { from: stretch.from, to: stretch.to, across: scale.across, longest });
  Object.assign(context, { strokeStyle: stroke, fillStyle: stroke, lineWidth: 1.6, lineJoin: "round", globalAlpha: 0.35 });
  bands(context, lines, scale.down);
  context.globalAlpha = 1;
  context.setLineDash(dash);
  context.beginPath();
  strokes(context, lines, scale.down);
  context.stroke();
  context.setLineDash([]);
}

function shade(context, { from, to, label, kind }, scale, colours) {
  const [start, end] = [scale.across(from), scale.across(to)];
  if (end < scale.left || start > scale.right) return;
  const width = Math.max(1, end - start);
  context.fillStyle = colours.wash;
  context.fillRect(start, 0, width, scale.bottom);
  if (kind === "excluded") hatch(context, start, scale.top, width, scale.bottom - scale.top, colours.bad, { step: 14, slant: -1 });
  context.fillStyle = kind === "excluded" ? colours.bad : colours.line;
  context.fillRect(start, 0, 1, scale.bottom);
  context.fillRect(end - 1, 0, 1, scale.bottom);
  label = kind === "excluded" ? `✕ ${label}` : label;
  const seen = Math.max(start, scale.left);
  const room = Math.min(end, scale.right) - seen - 8;
  const text = fitting(context, label, room);
  Object.assign(context, { fillStyle: kind === "excluded" ? colours.bad : colours.ink, textAlign: "left", textBaseline: "middle" });
  if (text) context.fillText(text, seen + 5, scale.top / 2);
}

function fitting(context, text, room) {
  if (context.measureText(text).width <= room) return text;
  for (let n = text.length - 1; n >= 3; n--) {
    const short = `${text.slice(0, n)}…`;
    if (context.measureText(short).width <= room) return short;
  }
  return "";
}

function missing(context, { from, to }, scale, colours) {
  const [start, end] = [scale.across(from), scale.across(to)];
  hatch(context, start, scale.top, Math.max(2, end - start), scale.bottom - scale.top, colours.muted);
}

function axes(context, stretch, values, scale, { width, height, yLabel, colours }) {
  const upward = valueTicks(values.low, values.high, 5);
  const onward = timeTicks(stretch.from, stretch.to, Math.max(2, (scale.right - scale.left) / 64));
  Object.assign(context, { strokeStyle: colours.line, fillStyle: colours.muted, lineWidth: 1, textBaseline: "middle", textAlign: "right" });
  context.beginPath();
  for (const value of upward.at) {
    const y = Math.round(scale.down(value)) + 0.5;
    context.moveTo(scale.left, y);
    context.lineTo(scale.right, y);
    context.fillText(valueText(value, upward.step), scale.left - 6, y);
  }
  Object.assign(context, { textAlign: "center", textBaseline: "top" });
  for (const time of onward.at) {
    const x = Math.round(scale.across(time)) + 0.5;
    context.moveTo(x, scale.bottom);
    context.lineTo(x, scale.bottom + 4);
    context.fillText(timeText(time, onward.step, stretch.last), x, scale.bottom + 6);
  }
  context.stroke();
  const unit = stretch.last < 90 ? "seconds" : "minutes:seconds";
  Object.assign(context, { textAlign: "right", textBaseline: "bottom" });
  context.fillText(unit, width - EDGES.right, height);
  context.textAlign = "left";
  context.fillText(yLabel, 2, height);
}

/** Paint what moves over the curves: a cursor, where the mouse is, and a stretch being picked. */
export function paintOver(context, { stretch, values, cursor, hover, brush }, width, height, colours) {
  const scale = scaled(stretch, values, width, height);
  if (brush) {
    const [from, to] = [Math.min(...brush), Math.max(...brush)].map(scale.across);
    Object.assign(context, { fillStyle: colours.accent, globalAlpha: 0.2 });
    context.fillRect(from, scale.top, to - from, scale.bottom - scale.top);
    context.globalAlpha = 1;
  }
  if (hover !== null) upright(context, scale, hover, colours.muted, 1);
  if (cursor !== null) upright(context, scale, cursor, colours.accent, 2);
}

function upright(context, scale, time, colour, wide) {
  const x = scale.across(time);
  if (x < scale.left - 1 || x > scale.right + 1) return;
  Object.assign(context, { strokeStyle: colour, lineWidth: wide });
  context.beginPath();
  context.moveTo(x, scale.top - 4);
  context.lineTo(x, scale.bottom);
  context.stroke();
}
