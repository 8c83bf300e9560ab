"""The README and the documents say what is so: their commands are run, their examples loaded."""

from __future__ import annotations

import re
import shlex
import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from archives import run
from refeed.cli.main import commands as commands_of_refeed
from refeed.config import parse
from refeed.config.environment import FILE_VARIABLE, VARIABLES
from refeed.reading import read

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).resolve().parents[2]
HOUSE = REPOSITORY / "src" / "refeed"
DOCUMENTS = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
HOME = "/home/you/refeed"
"""Where the repository is, as the documents have it."""
LEFT_OUT = "…"

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)#]+)(#[^)]*)?\)|<img src=\"([^\"]+)\"")
_CODE = re.compile(r"`([^`\n]+)`")
_SECONDS = re.compile(r"^\d+\.\d\d s;")


@dataclass(frozen=True)
class Command:
    """A command as a document shows it, with the lines of output below it."""

    line: str
    output: tuple[str, ...]


def blocks(language: str) -> Iterator[tuple[Path, str]]:
    for document in DOCUMENTS:
        for block in _BLOCK.finditer(document.read_text("utf-8")):
            if block[1] == language:
                yield document, block[2]


def commands(block: str) -> Iterator[Command]:
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        line, *output = part.splitlines()
        yield Command(line, tuple(output))


def run_line(line: str, folder: Path) -> tuple[int, list[str]]:
    program, *arguments = shlex.split(line)
    assert program == "refeed", "only commands of refeed are run; show others in a block of sh"
    done = run(*arguments, folder=folder)
    return done.returncode, done.stdout.replace(str(folder), HOME).splitlines()


def same(line: str) -> str:
    return _SECONDS.sub("0.00 s;", line)


def missing(shown: tuple[str, ...], true: list[str]) -> str | None:
    """Return the first line shown that isn't in the true output at its place."""
    at, anywhere = 0, False
    for line in shown:
        if line == LEFT_OUT:
            anywhere = True
            continue
        places = range(at, len(true)) if anywhere else range(at, min(at + 1, len(true)))
        found = next((place for place in places if same(true[place]) == same(line)), None)
        if found is None:
            return line
        at, anywhere = found + 1, False
    if at < len(true) and not anywhere:
        return f"(the end; there is more: {true[at]})"
    return None


@pytest.fixture
def sandbox(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("feeds", ".refeed")
    shutil.copytree(REPOSITORY / "examples", tmp_path / "examples", ignore=ignored)
    return tmp_path


WITH_COMMANDS = sorted({document for document, _ in blocks("console")})


@pytest.mark.parametrize("document", WITH_COMMANDS, ids=lambda path: path.name)
def test_commands_print_what_the_documents_show(document: Path, sandbox: Path) -> None:
    of_document = (block for found, block in blocks("console") if found == document)
    shown = [command for block in of_document for command in commands(block)]
    assert shown
    for command in shown:
        code, output = run_line(command.line, sandbox)
        assert code == 0, command.line
        assert missing(command.output, output) is None, "\n".join([command.line, *output])


def test_a_line_that_is_not_printed_is_missed() -> None:
    assert missing(("a", "…", "c"), ["a", "b", "c"]) is None
    assert missing(("a", "c"), ["a", "b", "c"]) == "c"
    assert missing(("a", "…", "d"), ["a", "b", "c"]) == "d"
    assert missing(("a",), ["a", "b"]) == "(the end; there is more: b)"
    assert missing(("1.20 s; x",), ["3.40 s; x"]) is None


def written_commands() -> Iterator[tuple[str, list[str]]]:
    """Return refeed's commands with their words, wherever a document has them as code."""
    for document in DOCUMENTS:
        text = document.read_text("utf-8")
        shown = (block[2] for block in _BLOCK.finditer(text) if block[1] != "text")
        lines = [line for block in shown for line in block.splitlines()]
        lines += re.findall(r"^ {4}(\w.*)$", text, re.MULTILINE)
        codes = [code for code in _CODE.findall(_BLOCK.sub("", text)) if "refeed" in code]
        for code in (*lines, *codes):
            for found in re.finditer(r"(?:^|[\s/])refeed ([a-z]+\b[^&|;#]*)", code):
                yield f"{document.name}: {code}", shlex.split(found[1])


def test_commands_and_options_are_named_as_they_are() -> None:
    wrong, right = [], 0
    for code, (name, *arguments) in written_commands():
        try:
            command = commands_of_refeed.commands[name]
            command.make_parser(click.Context(command)).parse_args(arguments)
            right += 1
        except (KeyError, click.UsageError) as error:
            wrong.append(f"{code}: {error!r}")
    assert not wrong, "\n".join(wrong)
    assert right > 100


def test_configurations_of_the_documents_load(tmp_path: Path) -> None:
    shown = [tomllib.loads(block) for _, block in blocks("toml")]
    assert shown
    for table in shown:
        parse(table, base=tmp_path)


@pytest.mark.parametrize("line", ["cleaning.structure", "cleaning.links", "cleaning.trackers"])
def test_switches_are_named_as_they_are(line: str, tmp_path: Path) -> None:
    text = (REPOSITORY / "docs" / "cleaning.md").read_text("utf-8")
    assert f"`{line} = false`" in text
    settings = [code for code in _CODE.findall(text) if re.fullmatch(r"[a-z_.]+ = \S+", code)]
    for setting in settings:
        parse(tomllib.loads(setting), base=tmp_path)


def test_the_header_of_the_readme_can_be_read() -> None:
    native = next(block for _, block in blocks("") if block.startswith("<!--"))
    text = native.replace("URL", "https://example.org/")
    snapshot = read(text.encode(), path="a.md", modified=0, timezones={}).snapshots[0]
    assert (snapshot.title, snapshot.instant) == ("TITLE", 1718775422000)
    assert snapshot.authors == ("AUTHOR",)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_to_files_lead_somewhere(document: Path) -> None:
    prose = _CODE.sub("", _BLOCK.sub("", document.read_text("utf-8")))
    for match in _LINK.finditer(prose):
        target = match[1] or match[3]
        if not target.startswith(("http://", "https://")):
            assert (document.parent / target).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_files_named_are_there(document: Path) -> None:
    for code in _CODE.findall(_BLOCK.sub("", document.read_text("utf-8"))):
        if re.fullmatch(r"(?:src|tests|docs|systemd|examples|benchmarks)/[\w./-]*", code):
            assert (REPOSITORY / code).exists(), code
        elif re.fullmatch(r"\w+/[\w./-]+", code) and (HOUSE / code.partition("/")[0]).is_dir():
            assert (HOUSE / code).exists(), code


def test_every_package_is_in_the_description_of_the_house() -> None:
    named = set(_CODE.findall((REPOSITORY / "docs" / "architecture.md").read_text("utf-8")))
    packages = {f"{path.name}/" for path in HOUSE.iterdir() if list(path.glob("*.py"))}
    modules = {path.stem for path in HOUSE.glob("*.py") if not path.stem.startswith("__")}
    assert modules | packages <= named


def test_the_container_is_made_as_its_file_says() -> None:
    head = (REPOSITORY / "container" / "Containerfile").read_text("utf-8")
    lines = [line.removeprefix("#   ") for line in head.splitlines() if line[:4] == "#   "]
    assert "\n".join(lines) + "\n" in [block for _, block in blocks("sh")]


def test_variables_are_named_as_they_are() -> None:
    files = [*DOCUMENTS, *(REPOSITORY / "container").iterdir(), REPOSITORY / "Makefile"]
    for file in files:
        for name in re.findall(r"REFEED_[A-Z_]+", file.read_text("utf-8")):
            assert name in {*VARIABLES, FILE_VARIABLE}, f"{file.name}: {name}"


def test_the_service_is_installed_as_its_unit_says() -> None:
    unit = (REPOSITORY / "systemd" / "refeed.service").read_text("utf-8")
    install = unit.partition("# Install")[2].partition("#\n")[0]
    lines = [line.removeprefix("#   ") for line in install.splitlines() if line[:4] == "#   "]
    assert "\n".join(lines) + "\n" in [block for _, block in blocks("sh")]
