/** Where ticks of axes stand, and how they are written. */

const TIMES = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];
const VALUES = [1, 2, 2.5, 5, 10];

/** The times (seconds) between `from` and `to` at which to write one, at most about `most`. */
export function timeTicks(from, to, most) {
  const step = TIMES.find((each) => (to - from) / each <= most) ?? 3600 * Math.ceil((to - from) / most / 3600);
  return { step, at: every(step, from, to) };
}

/** The values between `low` and `high` at which to write one: multiples of 1, 2, 2.5 or 5 times a power of ten. */
export function valueTicks(low, high, most) {
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * VALUES.find((each) => each * power >= rough * (1 - 1e-9));
  return { step, at: every(step, low, high) };
}

function every(step, from, to) {
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step);
}

/** 0.5, 12, 1:05, 1:02:03: seconds, with as many digits as the step needs. */
export function timeText(seconds, step = 1, longest = seconds) {
  const digits = step >= 1 ? 0 : step >= 0.1 ? 1 : 2;
  if (longest < 90) return seconds.toFixed(digits);
  const whole = Math.floor(seconds + 1e-6);
  const rest = digits ? (seconds - whole).toFixed(digits).slice(1) : "";
  const two = (value) => String(value).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return (h ? `${h}:${two(m)}` : String(m)) + `:${two(s)}${rest}`;
}

/** A value with as many digits as the step needs. */
export function valueText(value, step) {
  const digits = Math.max(0, Math.min(6, Math.ceil(-Math.log10(step) - 1e-9) + (step.toPrecision(1) == step ? 0 : 1)));
  return value.toFixed(digits).replace(/^-(0(\.0*)?)$/, "$1");
}
