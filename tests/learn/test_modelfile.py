from __future__ import annotations

import io
import json
import zipfile
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mimik.blendshapes import BLEND_SHAPES, INDEX
from mimik.errors import ModelDamaged, ModelError, ModelVersionError
from mimik.learn.card import ModelCard, TrainedOn
from mimik.learn.features import Features
from mimik.learn.model import Model
from mimik.learn.modelfile import _checksum, load_model, save_model

CHANNELS = BLEND_SHAPES[:7]


def model(seed=0, sizes=(7, 4, 3), memories=()):
    rng = np.random.default_rng(seed)
    card = ModelCard(
        labels=("glücklich", "sad", "surprised"),
        channels=CHANNELS,
        preset="fast",
        parameters={"width": 4, "learning_rate": 0.001},
        trained_on=TrainedOn(1000, participants=4, study="A study", fingerprint="ab" * 32, synthetic=True),
        metrics={"accuracy": 0.5},
        versions={"mimik": "0.1.0"},
        created="2025-01-01T00:00:00+00:00",
    )
    return Model(
        card,
        Features(
            CHANNELS,
            True,
            0.5,
            rng.random(sizes[0], dtype=np.float32),
            rng.random(sizes[0], dtype=np.float32) + 0.1,
            memories,
        ),
        tuple(rng.standard_normal(pair).astype(np.float32) for pair in pairwise(sizes)),
        tuple(rng.standard_normal(size).astype(np.float32) for size in sizes[1:]),
    )


def same(a, b):
    arrays = ((m.features.mean, m.features.scale, *m.kernels, *m.biases) for m in (a, b))
    steps = [(m.features.channels, m.features.resting, m.features.power, m.features.memories) for m in (a, b)]
    return (
        a.card == b.card
        and steps[0] == steps[1]
        and all(np.array_equal(x, y) for x, y in zip(*arrays, strict=True))
    )


def changed(path, change, into):
    """Write the file again with its facts or entries changed, its zip whole."""
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    facts = json.loads(entries["model.json"])
    change(facts, entries)
    entries["model.json"] = json.dumps(facts).encode()
    with zipfile.ZipFile(into, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return into


@pytest.fixture
def saved(tmp_path):
    return save_model(model(), tmp_path / "a.mimik")


def test_what_is_saved_comes_back(saved):
    assert same(load_model(saved), model())


def test_a_memory_comes_back(tmp_path):
    remembering = model(sizes=(21, 4, 3), memories=(0.3, 2.0))
    assert same(load_model(save_model(remembering, tmp_path / "a.mimik")), remembering)


@pytest.mark.parametrize(
    "memories", [[0.0], [-1.0], [float("inf")], ["soon"], ["1"], [True], "1", [1.0] * 9, 3, None]
)
def test_a_memory_of_no_possible_length_is_refused(saved, tmp_path, memories):
    def put(facts, entries):
        facts["features"]["memories"] = memories
        facts["sha256"] = _checksum(facts, {k: v for k, v in entries.items() if k != "model.json"})

    with pytest.raises(ModelDamaged):
        load_model(changed(saved, put, tmp_path / "b.mimik"))


def test_gives_the_same_bytes_each_time(saved, tmp_path):
    again = save_model(load_model(saved), tmp_path / "b.mimik")
    assert again.read_bytes() == saved.read_bytes()


def test_leaves_nothing_else_in_the_folder(saved):
    assert [path.name for path in saved.parent.iterdir()] == ["a.mimik"]


def test_is_a_zip_with_facts_that_a_person_can_read(saved):
    with zipfile.ZipFile(saved) as archive:
        text = archive.read("model.json").decode()
    facts = json.loads(text)
    assert '"glücklich"' in text
    assert facts["format"] == 3
    assert facts["channels"] == list(CHANNELS)
    assert facts["trained_on"]["participants"] == 4
    assert facts["trained_on"]["synthetic"] is True
    assert facts["network"] == {"layers": [[7, 4], [4, 3]], "hidden": "selu", "output": "softmax"}


def test_weights_are_plain_arrays_for_anybody(saved):
    with zipfile.ZipFile(saved) as archive:
        kernel = np.load(io.BytesIO(archive.read("weights/00-kernel.npy")), allow_pickle=False)
    assert np.array_equal(kernel, model().kernels[0])


def test_a_missing_file_is_a_clear_error(tmp_path):
    with pytest.raises(ModelError, match="cannot be read"):
        load_model(tmp_path / "none.mimik")


def test_a_folder_that_is_not_there_is_a_clear_error(tmp_path):
    with pytest.raises(ModelError, match="cannot be written"):
        save_model(model(), tmp_path / "none" / "a.mimik")


@pytest.mark.parametrize("content", [b"", b"PK", b"not a model", b"PK\x05\x06" + bytes(18)])
def test_other_files_are_refused(tmp_path, content):
    path = tmp_path / "a.mimik"
    path.write_bytes(content)
    with pytest.raises(ModelDamaged, match="not a whole Mimik model"):
        load_model(path)


def test_an_unknown_version_is_refused(saved, tmp_path):
    later = changed(saved, lambda facts, _: facts.update(format=4), tmp_path / "later.mimik")
    with pytest.raises(ModelVersionError, match="version 4") as caught:
        load_model(later)
    assert "Update Mimik" in caught.value.hint


def test_files_of_the_first_version_are_read():
    """The file was written by version 0.1.0, which printed these probabilities."""
    old = load_model(Path(__file__).parent / "data" / "format-1.mimik")
    X = np.zeros((2, 52), dtype=np.float32)
    X[:, [INDEX[name] for name in old.card.channels]] = [
        [0.3379112184047699, 0.8326441645622253, 0.7870982885360718],
        [0.8227062821388245, 0.6526145935058594, 0.27384909987449646],
    ]
    expected = [[0.9613687992095947, 0.03863116726279259], [0.38765230774879456, 0.6123477220535278]]
    np.testing.assert_allclose(old.predict_proba(X), expected, atol=1e-6)
    assert (old.features.resting, old.features.power) == (False, 1.0)


def test_files_of_the_second_version_are_read():
    """The file was written by version 0.1.0, which printed these probabilities."""
    old = load_model(Path(__file__).parent / "data" / "format-2.mimik")
    X = np.zeros((2, 52), dtype=np.float32)
    X[:, [INDEX[name] for name in CHANNELS]] = np.linspace(0, 1, 14).reshape(2, 7)
    expected = [
        [0.016688507050275803, 0.981611430644989, 0.0017000276129692793],
        [0.0007975487969815731, 0.9985913634300232, 0.0006110460381023586],
    ]
    resting = np.full(52, 0.25, dtype=np.float32)
    np.testing.assert_allclose(old.predict_proba(X, resting=resting), expected, atol=1e-6)
    assert old.features.memories == ()


@pytest.mark.parametrize("file", ["format-1.mimik", "format-2.mimik"])
def test_an_older_file_is_written_as_one_of_today(tmp_path, file):
    old = load_model(Path(__file__).parent / "data" / file)
    assert same(load_model(save_model(old, tmp_path / "new.mimik")), old)


BREAKS = {
    "no format": lambda facts, _: facts.pop("format"),
    "format is text": lambda facts, _: facts.update(format="1"),
    "no labels": lambda facts, _: facts.pop("labels"),
    "labels is a number": lambda facts, _: facts.update(labels=3),
    "label is a list": lambda facts, _: facts.update(labels=[["a"], ["b"], ["c"]]),
    "two labels": lambda facts, _: facts.update(labels=["a", "b"]),
    "same label twice": lambda facts, _: facts.update(labels=["a", "a", "b"]),
    "unknown channel": lambda facts, _: facts["channels"].__setitem__(0, "noseWiggle"),
    "same channel twice": lambda facts, _: facts["channels"].__setitem__(0, facts["channels"][1]),
    "one channel less": lambda facts, _: facts["channels"].pop(),
    "unknown facts": lambda facts, _: facts["trained_on"].update(names=["x"]),
    "power of zero": lambda facts, _: facts["features"].update(power=0.0),
    "power is text": lambda facts, _: facts["features"].update(power="half"),
    "resting is a number": lambda facts, _: facts["features"].update(resting=1),
    "no features": lambda facts, _: facts.pop("features"),
    "scale of zero": lambda facts, _: facts["features"]["scale"].__setitem__(0, 0.0),
    "mean not finite": lambda facts, _: facts["features"]["mean"].__setitem__(0, float("nan")),
    "mean too short": lambda facts, _: facts["features"]["mean"].pop(),
    "no layers": lambda facts, _: facts["network"].update(layers=[]),
    "network is a list": lambda facts, _: facts.update(network=[]),
    "another activation": lambda facts, _: facts["network"].update(hidden="relu"),
    "weights changed": lambda _, entries: entries.update(
        {"weights/00-bias.npy": entries["weights/00-bias.npy"][:-1] + b"\x01"}
    ),
    "weights missing": lambda _, entries: entries.pop("weights/01-bias.npy"),
    "entry too many": lambda _, entries: entries.update({"weights/more.npy": b"x"}),
}


@pytest.mark.parametrize("what", BREAKS)
def test_facts_that_do_not_fit_are_refused(saved, tmp_path, what):
    with pytest.raises(ModelDamaged):
        load_model(changed(saved, BREAKS[what], tmp_path / "broken.mimik"))


def test_weights_that_are_not_finite_are_refused(tmp_path):
    bad = model()
    bad.kernels[0][1, 1] = np.nan
    with pytest.raises(ModelDamaged, match="not finite"):
        load_model(save_model(bad, tmp_path / "a.mimik"))


def test_pickled_weights_are_never_unpacked(saved, tmp_path):
    buffer = io.BytesIO()
    np.save(buffer, np.array([object], dtype=object), allow_pickle=True)
    path = changed(
        saved,
        lambda _, entries: entries.update({"weights/00-bias.npy": buffer.getvalue()}),
        tmp_path / "b.mimik",
    )
    with pytest.raises(ModelDamaged):
        load_model(path)


def test_every_byte_flipped_gives_a_model_error_or_the_same_model(saved):
    whole = saved.read_bytes()
    for place in range(len(whole)):
        broken = bytearray(whole)
        broken[place] ^= 1 + place % 255
        saved.write_bytes(broken)
        with suppress(ModelError):
            assert same(load_model(saved), model()), place


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_any_damage_gives_a_model_error_or_the_same_model(tmp_path_factory, data):
    path = save_model(model(), tmp_path_factory.mktemp("model") / "a.mimik")
    whole = path.read_bytes()
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 64)))
    path.write_bytes(whole[:start] + data.draw(st.binary(max_size=64)) + whole[end:])
    with suppress(ModelError):
        assert same(load_model(path), model())


def test_cut_off_files_are_refused(saved):
    whole = saved.read_bytes()
    for length in range(0, len(whole), 7):
        saved.write_bytes(whole[:length])
        with pytest.raises(ModelError):
            load_model(saved)


def test_labels_may_be_numbers(tmp_path):
    scale = replace(model(), card=replace(model().card, labels=(0, 1, 2)))
    assert load_model(save_model(scale, tmp_path / "a.mimik")).card.labels == (0, 1, 2)
