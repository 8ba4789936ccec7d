"""A simulated person who is asked to show expressions.

What the method's authors saw in 226 people is in it: one to two seconds of reaction time, wavering and
waning effort, dips, blinks, tremor, a resting face of one's own, people who show an expression their own
way, and moments in which the face is turned away.

The spread between people is calibrated, not observed: so that the published network scores high on a random
split of frames and far lower on people it has not seen, as recordings of real people do. Nothing measured on
this data is evidence about people.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mimik.blendshapes import BLEND_SHAPES, INDEX
from mimik.sources.virtual.expressions import PATTERNS, RELATED, pattern

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CHUNK", "Habits", "Person"]

CHUNK = 30
"""Frames a person moves at a time."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How much simulated people differ and waver; the defaults are the calibrated cohort.

    Attributes:
        rest: spread of the resting face, as a coefficient.
        own_way: share of an expression that is a person's own pattern instead of the common one, 0..1.
        confusion: how far people drift towards a related expression, 0..1.
        gain: spread of the strength per channel, as standard deviation of its logarithm.
        waver: standard deviation of the effort while holding.
        tremor: standard deviation of slow noise on each channel.
        jitter: standard deviation of the camera's noise from frame to frame.
        blinks: per minute.
        turns: moments without a face, per minute.
    """

    rest: float = 0.07
    own_way: float = 0.8
    confusion: float = 0.7
    gain: float = 0.55
    waver: float = 0.12
    tremor: float = 0.025
    jitter: float = 0.004
    blinks: float = 15.0
    turns: float = 0.5


def _smoothing(tau: float, fps: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what turns white noise (CHUNK, k) into noise with memory ``tau`` seconds and variance 1.

    The first-order autoregression x[t] = r x[t-1] + sqrt(1 - r^2) e[t] over a chunk, written as a matrix
    (CHUNK, CHUNK) for the new noise and a vector (CHUNK,) for what is left of the last value.
    """
    r = np.exp(-1.0 / (tau * fps))
    steps = np.arange(CHUNK)
    lag = steps[:, None] - steps[None, :]
    return np.where(lag >= 0, r ** np.maximum(lag, 0), 0.0) * np.sqrt(1 - r * r), r ** (steps + 1)


class _Noise:
    """Noise with memory on ``k`` channels, handed out a chunk at a time."""

    def __init__(self, tau: float, fps: float, k: int, rng: np.random.Generator) -> None:
        self._mix, self._memory = _smoothing(tau, fps)
        self._rng = rng
        self._last = rng.standard_normal(k)

    def chunk(self) -> NDArray[np.float64]:
        """Return the next (CHUNK, k)."""
        fresh = self._rng.standard_normal((CHUNK, len(self._last)))
        out = self._mix @ fresh + self._memory[:, None] * self._last
        self._last = out[-1]
        return out


class Person:
    """A simulated person before a camera of ``fps`` frames a second.

    Args:
        seed: makes the person; the same seed is the same person with the same day.
        fps: frames a second, 30 or 60.
        habits: the cohort the person belongs to.
    """

    def __init__(self, seed: int, *, fps: int = 60, habits: Habits | None = None) -> None:
        self.fps = fps
        self._habits = habits or Habits()
        self._rng = np.random.default_rng([seed, 0x6D696D])
        self._seed = seed
        self._face = _resting_face(self._rng, self._habits)
        self._styles: dict[str, NDArray[np.float64]] = {}
        self._effort = _Effort(fps, self._habits, self._rng)
        self._tremor = _Noise(0.25, fps, len(BLEND_SHAPES), self._rng)
        self._pose = _Noise(1.5, fps, 9, self._rng)
        self._target = np.zeros(len(BLEND_SHAPES))
        self._from = self._now = np.zeros(len(BLEND_SHAPES))
        self._asked: str | None = None
        self._blink = _Pulse(self._habits.blinks, (0.15, 0.3), fps, self._rng)
        self._turn = _Pulse(self._habits.turns, (0.5, 1.5), fps, self._rng)

    def ask(self, expression: str | None) -> None:
        """Ask for an expression, or for a resting face (None). Asking the same again changes nothing."""
        if expression == self._asked:
            return
        self._asked = expression
        self._from = self._now
        self._target = self._style(expression) if expression else np.zeros(len(BLEND_SHAPES))
        self._effort.restart()

    def move(self) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Live on for ``CHUNK`` frames.

        Returns:
            Coefficients, head rotation, left and right eye rotation, float32 (CHUNK, 61): 0..1 and radians;
            and whether the camera sees the face, bool (CHUNK,).
        """
        arrived, strength = self._effort.chunk()
        shown = self._from * (1 - arrived)[:, None] + self._target * (arrived * strength)[:, None]
        self._now = shown[-1]
        habits = self._habits
        face = self._face + shown + habits.tremor * self._tremor.chunk() * (0.3 + np.abs(shown) + self._face)
        pose = self._pose.chunk()
        _add_gaze(face, pose)
        _add_blinks(face, self._blink.chunk())
        face += habits.jitter * self._rng.standard_normal(face.shape)
        values = np.concatenate([np.clip(face, 0.0, 1.0), pose * _POSE_SCALE], axis=1)
        return values.astype(np.float32), self._turn.chunk() == 0

    def _style(self, expression: str) -> NDArray[np.float64]:
        if expression not in self._styles:
            # a person's way of showing an expression does not depend on when it is asked for
            rng = np.random.default_rng([self._seed, zlib.crc32(expression.encode())])
            self._styles[expression] = _own_version(expression, rng, self._habits)
        return self._styles[expression]


_POSE_SCALE = np.array([0.08, 0.06, 0.04, 0.06, 0.05, 0.0, 0.06, 0.05, 0.0])
_LOOK = {
    "eyeLookInLeft": 1.0,
    "eyeLookOutRight": 1.0,
    "eyeLookOutLeft": -1.0,
    "eyeLookInRight": -1.0,
}


def _add_gaze(face: NDArray[np.float64], pose: NDArray[np.float64]) -> None:
    for name, side in _LOOK.items():
        face[:, INDEX[name]] += np.maximum(side * pose[:, 3], 0.0) * 0.08
    for name in ("eyeLookUpLeft", "eyeLookUpRight"):
        face[:, INDEX[name]] += np.maximum(pose[:, 4], 0.0) * 0.06


def _add_blinks(face: NDArray[np.float64], closed: NDArray[np.float64]) -> None:
    for name in ("eyeBlinkLeft", "eyeBlinkRight"):
        column = face[:, INDEX[name]]
        face[:, INDEX[name]] = np.maximum(column, 0.9 * closed)


def _resting_face(rng: np.random.Generator, habits: Habits) -> NDArray[np.float64]:
    return np.abs(habits.rest * rng.standard_normal(len(BLEND_SHAPES))) * (
        rng.random(len(BLEND_SHAPES)) < 0.7
    )


def _own_version(expression: str, rng: np.random.Generator, habits: Habits) -> NDArray[np.float64]:
    """Return how one person shows an expression (52,): the common way, a drift to a relative, an own part."""
    common = pattern(expression)
    size = np.linalg.norm(common)
    if size == 0:
        return common
    drift = habits.confusion * rng.random()
    relative = PATTERNS.get(RELATED.get(expression, ""), common)
    own = np.abs(rng.standard_normal(52)) * (rng.random(52) < 0.2)
    own[[INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"], INDEX["tongueOut"]]] = 0.0
    own *= size / max(float(np.linalg.norm(own)), 1e-9)
    share = habits.own_way * rng.random()
    mixed = (1 - share) * ((1 - drift) * common + drift * relative) + share * own
    gain = np.exp(habits.gain * rng.standard_normal(52))
    strength: NDArray[np.float64] = mixed * gain * rng.uniform(0.45, 1.0)
    return strength


class _Effort:
    """How far and how strongly the asked-for expression is shown since it was asked for."""

    def __init__(self, fps: int, habits: Habits, rng: np.random.Generator) -> None:
        self._fps, self._habits, self._rng = fps, habits, rng
        self._waver = _Noise(0.8, fps, 1, rng)
        self._dip = _Pulse(2.0, (0.2, 0.6), fps, rng)
        self._frame = 0
        self.restart()

    def restart(self) -> None:
        self._frame = 0
        self._reaction = self._rng.uniform(1.0, 2.0)
        self._rise = self._rng.uniform(0.2, 0.7)
        self._sag = self._rng.uniform(0.0, 0.04)

    def chunk(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return how much of the way is gone (CHUNK,) 0..1, and the strength while holding (CHUNK,)."""
        t = (self._frame + np.arange(CHUNK)) / self._fps
        self._frame += CHUNK
        x = np.clip((t - self._reaction) / self._rise, 0.0, 1.0)
        arrived = x * x * (3 - 2 * x)
        strength = 1 - self._sag * np.maximum(t - self._reaction, 0.0)
        strength = strength + self._habits.waver * self._waver.chunk()[:, 0]
        return arrived, np.clip(strength * (1 - 0.8 * self._dip.chunk()), 0.05, 1.3)


class _Pulse:
    """Short events at random moments: blinks, dips of effort, looking away."""

    def __init__(
        self, per_minute: float, lasts: tuple[float, float], fps: int, rng: np.random.Generator
    ) -> None:
        self._gap = 60.0 / per_minute if per_minute else np.inf
        self._lasts, self._fps, self._rng = lasts, fps, rng
        self._next = self._wait()
        self._end = self._next

    def _wait(self) -> float:
        return float(self._rng.exponential(self._gap) * self._fps) if np.isfinite(self._gap) else np.inf

    def chunk(self) -> NDArray[np.float64]:
        """Return (CHUNK,) 0 at rest, up to 1 in the middle of an event."""
        out = np.zeros(CHUNK)
        k = np.arange(CHUNK)
        if self._next < CHUNK and self._end <= self._next:
            self._end = self._next + self._rng.uniform(*self._lasts) * self._fps
        if self._end > self._next:
            x = (k - self._next) / (self._end - self._next)
            inside = (x >= 0) & (x <= 1)
            out[inside] = np.sin(np.pi * np.clip(x[inside], 0.02, 0.98))
        self._next -= CHUNK
        self._end -= CHUNK
        if self._end <= 0 and self._next < 0:
            self._next = self._end = self._wait()
        return out
