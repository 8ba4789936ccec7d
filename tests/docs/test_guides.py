"""The guides do what they say: commands and code run, examples parse, links lead somewhere."""

from __future__ import annotations

import ast
import contextlib
import csv
import io
import re
from pathlib import Path

import pytest
from console_blocks import Fence, blocks, fences, matches, run_block

from mimik.cli.main import app
from mimik.protocol import builtin_protocols, load_protocol, parse_protocol
from mimik.sources.livelink import VALUE_NAMES

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
GUIDES = sorted(DOCS.glob("*.md"))
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]


def text_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def fences_of(name: str, language: str) -> list[Fence]:
    return [fence for fence in fences(text_of(name)) if fence.language == language]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_commands_and_code_do_what_is_shown(
    guide: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    prepare(tmp_path)
    commands = {block.line: block for block in blocks(guide.read_text(encoding="utf-8"))}
    names: dict[str, object] = {"__name__": guide.stem}
    printed = ""
    for fence in fences(guide.read_text(encoding="utf-8")):
        where = f"{guide.name}, line {fence.line}"
        if fence.language == "console":
            run_block(commands[fence.line], tmp_path)
        elif fence.language == "python" and not fence.not_run:
            printed = run_python(fence.text, names, where)
        elif fence.language == "text":
            shown = fence.text.splitlines()
            assert matches(shown, printed.splitlines()), f"{where}: shown is not what is printed:\n{printed}"


def run_python(code: str, names: dict[str, object], where: str) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(code, where, "exec"), names)
    return out.getvalue()


def prepare(folder: Path) -> None:
    """Put down what the guides say their reader has: takes and a protocol."""
    people = [("Anna", "happy"), ("Anna", "sad"), ("Ben", "happy"), ("Ben", "sad")]
    for number, (person, expression) in enumerate(people, 1):
        write_take(folder / "takes" / person / expression / f"MySlate_{number}_iPhone.csv", number)
    write_take(folder / "one-more.csv", 9)
    for guide in GUIDES:
        for name, text in re.findall(
            r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", text_of(guide.name), re.DOTALL
        ):
            (folder / name).write_text(text, encoding="utf-8")


def write_take(path: Path, number: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Timecode", "BlendShapeCount", *(name[0].upper() + name[1:] for name in VALUE_NAMES)])
        for i in range(60):
            rows.writerow([f"10:00:00:{i:02d}.000", 61, *[f"{0.05 * number + 0.001 * i:.6f}"] * 61])


def test_examples_of_protocols_can_be_read() -> None:
    whole, part = (fence.text for fence in fences_of("protocols.md", "toml"))

    assert parse_protocol(whole, where="example").expressions == ("happy", "sad")
    [*_, last] = parse_protocol(whole + part, where="example").trials
    assert last.media is not None
    assert [question.kind for question in last.questions] == ["choice", "scale", "text"]


def test_a_mistake_is_told_as_the_guide_says() -> None:
    from mimik.errors import ProtocolError

    whole = fences_of("protocols.md", "toml")[0].text

    with pytest.raises(ProtocolError) as error:
        parse_protocol(whole.replace("min_seconds", 'ordr = "fixed"\nmin_seconds'), where="two-faces.toml")
    assert "order" in error.value.hint


def keys_read(path: Path) -> set[str]:
    """Keys that protocol code asks a TOML table for."""
    asks = {"text", "texts", "choice", "flag", "integer", "seconds", "words", "table", "tables", "offers"}
    calls = [
        node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
    ]
    return {
        str(call.args[0].value)
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr in asks
        if call.args and isinstance(call.args[0], ast.Constant)
    }


def test_every_key_of_a_protocol_is_in_the_guide() -> None:
    keys = keys_read(ROOT / "src/mimik/protocol/protocol.py") | keys_read(
        ROOT / "src/mimik/protocol/trial.py"
    )
    keys |= set(load_protocol("follow-up").texts)
    assert {"repeats", "baseline", "remind_every", "reminder", "minimum"} <= keys, "the search finds none"

    guide = text_of("protocols.md")

    assert sorted(key for key in keys if not re.search(rf"\b{key}\b", guide)) == []
    assert [name for name in builtin_protocols() if f"`{name}`" not in guide] == []


def test_every_command_is_in_the_guides() -> None:
    guides = "".join(path.read_text(encoding="utf-8") for path in PAGES)

    names = [c.name for c in app.registered_commands]
    names += [
        f"{group.name} {command.name}"
        for group in app.registered_groups
        for command in group.typer_instance.registered_commands  # type: ignore[union-attr]
    ]
    assert [name for name in names if f"mimik {name}" not in guides] == []


def test_options_that_guides_name_exist() -> None:
    import typer.main

    first = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    known = {
        option
        for group in first.values()
        for command in (group, *getattr(group, "commands", {}).values())
        for parameter in command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    known |= {"--help", "--version"}
    for path in GUIDES:
        named = set(re.findall(r"(?<![\w-])--[a-z][a-z0-9-]+", path.read_text(encoding="utf-8")))
        assert named <= known, path.name


def test_every_notice_is_in_the_guides() -> None:
    code = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "src/mimik/learn").rglob("*.py"))
    codes = set(re.findall(r'Notice\(\s*"([a-z-]+)"', code))
    assert {"synthetic-data", "frame-split", "folds-reduced"} <= codes, "the search finds none"

    guides = "".join(path.read_text(encoding="utf-8") for path in GUIDES)
    assert [c for c in sorted(codes) if f"`{c}`" not in guides] == []


def anchors(markdown: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", markdown, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        there = page.parent / file if file else page
        assert there.exists(), f"{target} leads nowhere"
        if anchor:
            assert anchor in anchors(there.read_text(encoding="utf-8")), f"{target}: no such heading"
