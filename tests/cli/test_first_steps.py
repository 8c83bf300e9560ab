"""What a person meets who has just installed refeed, in a folder where nothing is yet."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from refeed.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

SNAPSHOT = """<!--1718775422000-->
[A quiet river](https://example.org/river)
------

<p>The water rose.</p>
"""


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "empty"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    (folder / "2024").mkdir(parents=True)
    (folder / "2024" / "river.md").write_text(SNAPSHOT, "utf-8")
    return folder


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str, str]:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    out, err = capsys.readouterr()
    return end.value.code, out, err


def test_without_seeds_the_way_to_name_them_is_told_and_nothing_left(
    empty: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, "rebuild")
    assert (code, out) == (2, "")
    assert "--seeds" in err
    assert list(empty.iterdir()) == []


def test_where_no_file_is_a_snapshot_it_is_told_what_one_is_called(
    empty: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (empty / "seeds").mkdir()
    (empty / "seeds" / "a.pdf").touch()
    code, out, _ = run(capsys, "rebuild", "--jobs", "1")
    assert code == 0
    assert f"nothing in {empty}/seeds ends in .txt, .md, " in out


@pytest.mark.usefixtures("empty")
def test_check_says_which_folder_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "check")
    assert code == 0
    assert out.startswith("configuration OK: the defaults, without a file\n")
    assert "(not there)" in out
    assert err == ""
    *_, last = out.splitlines()
    assert last.startswith("warning: seeds[0]: ")
    assert last.endswith("/seeds: No such file or directory; nothing can be read there")


def test_check_says_what_is_wrong_with_each_folder(
    empty: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (empty / "seeds").touch()
    code, out, _ = run(capsys, "check")
    assert code == 0
    assert f"  seeds     {empty}/seeds   ({empty}/seeds is not a folder)\n" in out
    assert f"  state     {empty}/.refeed\n" in out
    # Root may do everything.
    monkeypatch.setattr(os, "access", lambda *_: False)
    (empty / "seeds").unlink()
    (empty / "seeds").mkdir()
    _, out, _ = run(capsys, "check")
    assert f"  seeds     {empty}/seeds   (can't be read)\n" in out
    assert f"  state     {empty}/.refeed   (can't be written)\n" in out


def test_check_refuses_files_where_refeed_makes_folders(
    empty: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("file", "other"):
        (empty / name).touch()
    (empty / "link").symlink_to("nowhere")
    (empty / "refeed.toml").write_text(
        'output = "file"\nstate = "link"\n[images]\nmode = "local"\nstore = "other/pictures"\n',
        "utf-8",
    )
    code, out, err = run(capsys, "check")
    assert code == 2
    assert out.startswith("configuration wrong: ")
    assert f"  output    {empty}/file   ({empty}/file is not a folder)\n" in out
    assert f"output: {empty}/file: a file is where a folder has to be\n" in err
    assert f"state: {empty}/link: a link to nothing is where a folder has to be\n" in err
    assert f"images.store: {empty}/other/pictures: a file is where a folder has to be\n" in err


def test_a_table_of_a_folder_that_is_not_below_the_seeds_is_told(
    empty: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    posts = empty / "blog" / "_posts"
    posts.mkdir(parents=True)
    for number in range(9):
        (posts / f"2024-06-1{number}-river.md").write_text(f"# River {number}\n\nWater.\n", "utf-8")
    table = 'url = "https://tom.example.org/{year}/{slug}/"\npath = '
    file = empty / "refeed.toml"
    file.write_text(f'seeds = "blog/_posts"\n[[folders]]\n{table}"blog/_posts"\n', "utf-8")
    doubt = (
        "[[folders]] no. 1, path: there is no folder blog/_posts below the folders of seeds; "
        f'path = "" is all of {posts}\n'
    )
    code, out, _ = run(capsys, "check")
    assert code == 0
    assert out.endswith(f"warning: {doubt}")
    code, out, err = run(capsys, "rebuild", "--jobs", "1")
    assert code == 0
    assert "  9 of them: no URL: " in out
    assert "    2024-06-10-river.md, 2024-06-11-river.md, 2024-06-12-river.md, …\n" in out
    assert err.endswith(f"refeed: {doubt}")
    file.write_text(f'seeds = "blog/_posts"\n[[folders]]\n{table}""\n', "utf-8")
    assert "warning" not in run(capsys, "check")[1]
    assert "0 snapshots rejected\n" in run(capsys, "rebuild", "--jobs", "1")[1]


@pytest.mark.usefixtures("empty")
def test_check_prints_the_schema_whatever_the_configuration(
    empty: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (empty / "refeed.toml").write_text("limit = -1\n", "utf-8")
    code, out, _ = run(capsys, "check", "--schema")
    assert code == 0
    assert "limit" in json.loads(out)["properties"]


@pytest.mark.usefixtures("empty")
def test_a_file_is_explained_where_there_are_no_seeds(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "explain", str(archive / "2024" / "river.md"))
    assert code == 0
    assert "is in no seeds folder" in out
    assert "A quiet river" in out


@pytest.mark.usefixtures("empty")
def test_a_file_is_found_by_the_path_that_reports_name(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "explain", "--seeds", str(archive), "2024/river.md")
    assert code == 0
    assert out.startswith(str(archive / "2024" / "river.md"))


@pytest.mark.usefixtures("empty")
def test_status_knows_the_folders_that_the_command_line_named(
    archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = str(tmp_path / "feeds")
    code, _, _ = run(capsys, "rebuild", "--jobs", "1", "--seeds", str(archive), "--output", output)
    assert code == 0
    _, out, _ = run(capsys, "status")
    assert f"seeds      {archive}\noutput     {output}\n" in out


def test_folders_may_be_called_what_no_line_can_show(
    archive: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "a b\nc\udce9"
    folder.mkdir()
    archive.rename(folder / "seeds")
    monkeypatch.chdir(folder)
    for command, line in (
        (["rebuild", "--jobs", "1"], "feeds are in {}/feeds"),
        (["status"], "output     {}/feeds"),
        (["check"], "  seeds     {}/seeds"),
        (["explain", "seeds/2024/river.md"], "{}/seeds/2024/river.md"),
    ):
        code, out, _ = run(capsys, *command)
        assert code == 0
        named = line.format(f"{tmp_path}/a b\\nc\\xe9")
        assert any(each.endswith(named) for each in out.splitlines()), out
    _, out, _ = run(capsys, "status", "--json")
    assert json.loads(out)["output"] == f"{tmp_path}/a b\nc\\xe9/feeds"


def test_the_list_of_commands_is_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    _, out, _ = run(capsys, "--help")
    assert "..." not in out.partition("Commands:")[2]


@pytest.mark.parametrize(
    "command", ["", "check", "explain", "preview", "rebuild", "run", "serve", "status"]
)
def test_help_has_an_example_that_is_one_line(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    _, out, _ = run(capsys, *command.split(), "--help")
    _, found, examples = out.partition("Example")
    assert found
    assert f"\n    refeed {command}" in examples
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.usefixtures("empty")
@pytest.mark.parametrize("arguments", [["--help"], ["check"]])
def test_only_those_who_serve_pay_for_the_server(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "refeed", *arguments],
        env={"PYTHONPATH": ":".join(sys.path)},
        check=True,
        capture_output=True,
        text=True,
    )
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "refeed.cli.main" in loaded
    assert not {"refeed.server", "refeed.daemon.loop", "asyncio", "prometheus_client"} & loaded
