"""What stands on both sides of a split, or is missing from one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mimik.learn.checks.check import Check, counted, found, listed, not_applicable, passed
from mimik.learn.checks.nearest import SAME, distances, one_thread
from mimik.learn.checks.sides import Sides

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from mimik.learn.checks.check import Outcome
    from mimik.learn.checks.material import Material
    from mimik.learn.splits import Split

__all__ = ["CHECKS"]


def same_people(material: Material, people: Sides) -> Outcome:
    """People on both sides."""
    both = np.flatnonzero(people.both()).tolist()
    if not both:
        return passed("Nobody stands on both sides of a split.", 0.0)
    if material.dataset.n_participants == 1:
        text = "One person only stands on both sides: the result says nothing about anyone else."
    else:
        text = (
            f"{len(both)} of {material.dataset.n_participants} people stand on both sides: "
            "the result is too high for new people."
        )
    return found(text, [material.person_name(i) for i in both], len(both))


def same_recordings(material: Material, people: Sides) -> Outcome:
    """Frames of one recording on both sides."""
    both = np.flatnonzero(_recordings(material, people.split)).tolist()
    if not both:
        return passed("No recording stands on both sides of a split.", 0.0)
    text = (
        f"{len(both):,} of {counted(len(material.code), 'recording')} have frames on both sides. "
        "Neighbouring frames are nearly the same: the number is too high for people not seen before."
    )
    return found(text, [material.dataset.recordings[i] for i in both], len(both))


def _recordings(material: Material, split: Split) -> NDArray[np.bool_]:
    dataset = material.dataset
    nothing = np.zeros(len(dataset), dtype=np.int64)
    return Sides(split, dataset.recording, nothing, n_groups=dataset.n_recordings, n_labels=1).both()


def near_duplicates(material: Material, people: Sides) -> Outcome:
    """Test frames as near to training frames as one person's are."""
    nearest = material.nearest
    if not nearest.tells_people_apart:
        return not_applicable("There are no frames of different people to compare distances with.")
    with one_thread():
        distance = _to_training(material, people)
    if np.isnan(distance).all():
        return not_applicable("No test frame is among those compared.")
    share = nearest.medians(distance) / nearest.usual
    near = sorted(np.flatnonzero(share < SAME).tolist(), key=lambda i: share[i])
    if not near:
        return passed("Test frames are as far from training frames as people are from each other.", 0.0)
    tested = int((~np.isnan(share)).sum())
    text = (
        f"Test frames of {len(near)} of {counted(tested, 'person')} are nearly the same as training frames: "
        f"within {100 * SAME:.0f} % of the distance that is usual between people."
    )
    lines = [
        f"{material.person_name(i)}: {100 * share[i]:.0f} % of the distance usual between people"
        for i in near
    ]
    return found(text, lines, len(near))


def _to_training(material: Material, people: Sides) -> NDArray[np.float32]:
    """Return the distance of each sampled frame to its nearest training frame; NaN if it is not tested."""
    nearest, split = material.nearest, people.split
    fold = split.fold[nearest.rows]
    distance = np.full(len(nearest.rows), np.nan, dtype=np.float32)
    on_both = people.both()
    for f in np.unique(fold[fold >= 0]).tolist():
        rows = np.flatnonzero(fold == f)
        training = people.train(f).any(axis=1)
        others = np.where(training, nearest.others[rows], np.inf)
        distance[rows] = others.min(axis=1)
        if on_both.any():
            train = np.zeros(len(split.fold), dtype=bool)
            train[split.train(f)] = True
            for at, own in _own(material, rows[on_both[nearest.owner[rows]]], train):
                distance[at] = np.minimum(distance[at], distances(nearest.faces[nearest.rows[at]], own))
    return distance


def _own(
    material: Material, rows: NDArray[np.intp], train: NDArray[np.bool_]
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.float32]]]:
    """Yield some sampled frames of one person with that person's training frames."""
    nearest = material.nearest
    for i in np.unique(nearest.owner[rows]).tolist():
        own = np.flatnonzero(train & (material.dataset.participant == i))
        if len(own):
            yield rows[nearest.owner[rows] == i], nearest.faces[own]


def untaught(material: Material, people: Sides) -> Outcome:
    """Expressions that a fold cannot learn."""
    empty = [(name, np.flatnonzero(train == 0)) for name, train, _ in people.folds()]
    return _missing(material, empty, "training", "it could not be learned there")


def untested(material: Material, people: Sides) -> Outcome:
    """Expressions that a fold does not test."""
    empty = [(name, np.flatnonzero(test == 0)) for name, _, test in people.folds()]
    return _missing(material, empty, "test", "it was not tested there")


def _missing(
    material: Material, empty: list[tuple[str, NDArray[np.intp]]], side: str, consequence: str
) -> Outcome:
    folds = {
        name: [fold for fold, codes in empty if i in codes]
        for i, name in enumerate(material.dataset.expressions)
    }
    folds = {name: where for name, where in folds.items() if where}
    if not folds:
        return passed(f"Every expression is among the {side} frames of every fold.", 0.0)
    first = next(iter(folds))
    text = f"{first!r} is missing from the {side} frames of {listed(folds[first])}: {consequence}."
    if len(folds) > 1:
        number = counted(len(folds), "expression")
        text = f"{number} missing from the {side} frames of some folds: {consequence}."
    return found(text, [f"{name}: {listed(where)}" for name, where in folds.items()], len(folds))


CHECKS = (
    Check(
        "EVAL001",
        "The same person on both sides of a split",
        "serious",
        "A recognizer that trains on some frames of a person can recognise that person's other frames by the "
        "face, not by what it shows. The result is then too high for everybody it has never seen.",
        "Split by participant, which is the default with two people or more. With one person, say that the "
        "result is about this person only.",
        same_people,
    ),
    Check(
        "EVAL002",
        "Near-duplicate frames on both sides of a split",
        "serious",
        "Whatever the names say, test frames that are nearly the same as training frames test memory. "
        "This is measured on the frames themselves, so it also finds one person under two pseudonyms in "
        "different folds. The measure is the distance from test frames to the nearest training frame, "
        f"beside what is usual between people; found for people whose median is below {100 * SAME:.0f} % "
        "of that.",
        "Split by participant. If that was done, look whether these people are among EVAL003 or EVAL014.",
        near_duplicates,
    ),
    Check(
        "EVAL007",
        "An expression is missing from the training side",
        "serious",
        "A recognizer cannot name what it was never shown, so all frames of that expression count as "
        "errors in that fold.",
        "Use fewer folds, leave out expressions that few people showed (--expressions), or record more "
        "people.",
        untaught,
    ),
    Check(
        "EVAL012",
        "An expression is missing from the test side",
        "info",
        "The figures of that fold are about the other expressions only. Figures over all folds are not "
        "concerned.",
        "Do not compare such a fold with others. Use fewer folds if folds are to be compared.",
        untested,
    ),
    Check(
        "EVAL013",
        "A recording on both sides of a split",
        "serious",
        "Neighbouring frames of one recording are nearly the same. If one trains and the other tests, the "
        "recognizer has seen the answer.",
        "Split by participant or by recording; never by frame, except to show how much that flatters.",
        same_recordings,
    ),
)
