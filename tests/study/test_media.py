"""Pictures and clips that a protocol shows, in a study."""

from __future__ import annotations

from pathlib import Path

import pytest

from mimik.errors import ProtocolError, StudyDamaged, StudyError
from mimik.protocol import Protocol, load_protocol, parse_protocol, protocol_folder
from mimik.study import Study
from mimik.study.media import LARGEST, media_files, media_type


def showing(*files: str, kind: str = "picture") -> Protocol:
    """A protocol with a trial for each file."""
    head = load_protocol("hartmann2022").text.split("[[trials]]")[0]
    for number, file in enumerate(files):
        head += f'[[trials]]\nexpression = "e{number}"\nprompt = {{ de = "Bitte", en = "Please" }}\n'
        head += f"media = {{ kind = '{kind}', file = '{file}' }}\n"
    return parse_protocol(head, where="showing.toml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a protocol's media."""
    (tmp_path / "given" / "media").mkdir(parents=True)
    (tmp_path / "given" / "media" / "sad.png").write_bytes(b"a picture")
    (tmp_path / "given" / "happy.JPG").write_bytes(b"another")
    return tmp_path / "given"


def test_what_the_trials_show_is_copied_to_the_same_path(tmp_path: Path, folder: Path) -> None:
    (folder / "media" / "private.png").write_bytes(b"not shown")
    protocol = showing("media/sad.png", "happy.JPG", "media/sad.png")
    Study.create(tmp_path / "study", title="x", protocol=protocol, media=folder)
    study = Study.open(tmp_path / "study")
    assert study.media_files == ("media/sad.png", "happy.JPG")
    assert [study.media(file) for file in study.media_files] == [b"a picture", b"another"]
    assert [p.name for p in (study.folder / "media").iterdir()] == ["sad.png"]


def test_a_protocol_that_shows_nothing_needs_no_folder(tmp_path: Path, protocol: Protocol) -> None:
    study = Study.create(tmp_path / "study", title="x", protocol=protocol, media=tmp_path / "none")
    assert study.media_files == ()


def test_only_what_a_trial_shows_is_given(tmp_path: Path, folder: Path) -> None:
    study = Study.create(tmp_path / "study", title="x", protocol=showing("happy.JPG"), media=folder)
    for file in ("study.toml", "media/sad.png", "../given/happy.JPG", "happy.jpg", ""):
        with pytest.raises(StudyError, match="protocol names"):
            study.media(file)


def test_without_a_folder_nothing_is_copied_and_files_can_be_put_there(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "study", title="x", protocol=showing("happy.png"))
    with pytest.raises(StudyDamaged, match=r"happy\.png"):
        study.media("happy.png")
    (study.folder / "happy.png").write_bytes(b"a picture")
    assert study.media("happy.png") == b"a picture"


def test_a_study_is_not_made_of_a_protocol_whose_files_it_could_not_hold(tmp_path: Path) -> None:
    with pytest.raises(ProtocolError, match="can lie in a study"):
        Study.create(tmp_path / "study", title="x", protocol=showing("consent/a.png"))
    assert not (tmp_path / "study").exists()


def test_a_missing_file_is_named_and_no_study_is_made(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(ProtocolError, match=r"expected the picture or clip .*media/glad\.png, found none"):
        Study.create(
            tmp_path / "study", title="x", protocol=showing("happy.JPG", "media/glad.png"), media=folder
        )
    assert not (tmp_path / "study").exists()


@pytest.mark.parametrize("size", [0, LARGEST + 1])
def test_a_file_that_is_empty_or_too_large_is_refused(tmp_path: Path, folder: Path, size: int) -> None:
    with (folder / "long.mp4").open("wb") as file:
        file.truncate(size)
    protocol = showing("long.mp4", kind="clip")
    with pytest.raises(ProtocolError, match=f"of 1 to 100,000,000 bytes, found {size:,} in .*long.mp4"):
        Study.create(tmp_path / "study", title="x", protocol=protocol, media=folder)


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("face.svg", "picture"),
        ("face.png", "clip"),
        ("face.mp4", "picture"),
        ("face.html", "picture"),
        ("face", "picture"),
        (".png", "picture"),
    ],
)
def test_only_kinds_that_browsers_show_without_scripts_are_taken(file: str, kind: str) -> None:
    with pytest.raises(ProtocolError, match=f"expected a {kind} that ends in one of"):
        media_files(showing(file, kind=kind))


@pytest.mark.parametrize(
    "file",
    [
        "consent/a.png",
        "Consent/a.png",
        "sub-K7M2QX/a.png",
        "SUB-K7M2QX/ses-01/a.png",
        "derivatives/a.png",
        "models/a.png",
        "study.toml/a.png",
        "participants.tsv/a.png",
        ".hidden/a.png",
        "media/.a.png",
        "./a.png",
        "media//a.png",
        "media/a?.png",
        "media. /a.png",
    ],
)
def test_names_that_are_the_study_s_own_or_mean_something_else_are_refused(file: str) -> None:
    with pytest.raises(ProtocolError, match="can lie in a study"):
        media_files(showing(file))


def test_names_that_are_one_file_on_some_computers_are_refused() -> None:
    with pytest.raises(ProtocolError, match="capital letters"):
        media_files(showing("a.png", "A.png"))


def test_a_protocol_changed_by_hand_gives_no_other_file_away(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "study", title="x", protocol=showing("a.png"))
    file = study.folder / "protocol.toml"
    file.write_text(file.read_text().replace("a.png", "participants.tsv"))
    with pytest.raises(ProtocolError, match=r"participants\.tsv"):
        Study.open(study.folder).media("participants.tsv")


@pytest.mark.parametrize(
    ("file", "expected"),
    [("a.png", "image/png"), ("b/a.JPEG", "image/jpeg"), ("a.mp4", "video/mp4"), ("a.webm", "video/webm")],
)
def test_each_kind_of_file_has_its_media_type(file: str, expected: str) -> None:
    assert media_type(file) == expected


def test_no_other_file_has_a_media_type() -> None:
    with pytest.raises(ProtocolError, match=r"a\.svg: expected a picture or clip"):
        media_type("a.svg")


def test_media_lie_beside_the_protocol() -> None:
    assert protocol_folder("follow-up") is None
    assert protocol_folder("mine/two-faces.toml") == Path("mine")
    assert protocol_folder("two-faces.toml") == Path()
