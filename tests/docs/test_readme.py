"""The README's commands and code do what the README says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from console_blocks import blocks, fences, run_block

from mimik.cli.main import app

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"


@pytest.fixture(scope="module")
def beside_the_readme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("readme")


def takes_part(block) -> bool:
    return any("takes-study" in command.text for command in block.commands)


def test_commands_without_a_phone(beside_the_readme: Path) -> None:
    for block in blocks(README.read_text(encoding="utf-8")):
        if not takes_part(block):
            run_block(block, beside_the_readme)


def test_code_in_python(beside_the_readme: Path) -> None:
    (code,) = (f.text for f in fences(README.read_text(encoding="utf-8")) if f.language == "python")

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=beside_the_readme, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    accuracy, inflated = map(float, done.stdout.split())
    assert 0 < accuracy < 1
    assert inflated > 0


def test_the_main_job_on_real_takes(tmp_path: Path, real_data: Path) -> None:
    (tmp_path / "takes").symlink_to(real_data / "livelink-csv" / "emotions-60fps")

    found = blocks(README.read_text(encoding="utf-8"))
    printed = "".join(run_block(block, tmp_path) for block in found if takes_part(block))

    shown, measured = (accuracies(text) for text in (README.read_text(encoding="utf-8"), printed))
    assert shown.keys() == measured.keys() == {"recording", "frame"}
    for split, accuracy in shown.items():
        assert measured[split] == pytest.approx(accuracy, abs=5), "the README shows what comes out today"


def accuracies(text: str) -> dict[str, float]:
    """Return the first percentage of each split's line."""
    found = re.findall(r"^(recording|frame|participant) +(\d+\.\d) %", text, re.MULTILINE)
    return {split: float(percent) for split, percent in found}


def test_every_command_is_in_the_readme_or_the_guides() -> None:
    text = README.read_text(encoding="utf-8") + "".join(
        page.read_text(encoding="utf-8") for page in (ROOT / "docs").rglob("*.md")
    )

    for command in app.registered_commands:
        assert f"mimik {command.name}" in text


def test_the_make_targets_it_names_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    for target in ("demo", "test"):
        assert f"make {target}" in README.read_text(encoding="utf-8")
        assert f"\n{target}:" in makefile


def test_no_absolute_path_of_a_machine_and_no_registry_is_named() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tracked.returncode:
        pytest.skip("not a git checkout")
    for name in tracked.stdout.splitlines():
        if name.endswith((".md", ".py", ".toml", ".lock", "Makefile", "run")) and "test_readme" not in name:
            text = (ROOT / name).read_text(encoding="utf-8")
            for forbidden in ("/work/", "/root/", "pypi.org", "registry.npmjs", "pythonhosted"):
                assert forbidden not in text, f"{name} names {forbidden}"
