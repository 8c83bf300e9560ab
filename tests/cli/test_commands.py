"""The commands, as a person or a script has them."""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archives import (
    DAY,
    SPRING,
    Article,
    command,
    environment,
    modified,
    put,
    run,
    tree,
    without_coverage,
)

if TYPE_CHECKING:
    from pathlib import Path as Folder

STORY = Article(
    "https://news.example.org/story?utm_source=feed",
    "Story",
    '<p>Words. <a href="https://example.org/?utm_medium=x">More</a></p>'
    '<img src="https://images.weserv.nl/?url=img.example.org/a.jpg"><script>x()</script>',
)
NASTY = "line\nbreak \x1b[31m\x07 \udcff.md"


@pytest.fixture
def folder(tmp_path: Folder) -> Folder:
    """Two articles, one of them twice, and a file that is none."""
    put(tmp_path / "seeds/a.md", STORY)
    put(tmp_path / "seeds/b.md", Article(STORY.url, "Story, later", "<p>Others.</p>", SPRING + DAY))
    put(tmp_path / "seeds/c.md", Article("https://other.example.org/", "Another"))
    put(tmp_path / "seeds/bad.md", b"This is no article.")
    return tmp_path


def test_rebuild_sums_up(folder: Folder) -> None:
    done = run("rebuild", folder=folder)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    for part in (
        "4 snapshot files",
        "3 articles",
        "2 entries",
        "1 duplicate merged",
        "1 snapshot rejected",
        "bad.md: ",
        "3 feeds changed",
        str(folder / "feeds"),
    ):
        assert part in done.stdout
    assert "\x1b" not in done.stdout + done.stderr
    assert (folder / "feeds/all/rss.xml").is_file()
    again = run("rebuild", folder=folder)
    assert "0 feeds changed, 3 unchanged" in again.stdout


def test_folders_can_be_named_without_an_option(folder: Folder) -> None:
    (folder / "seeds").rename(folder / "articles")
    put(folder / "more/d.md", Article("https://other.example.org/d", "More"))
    assert "3 entries" in run("rebuild", "articles", "more", folder=folder).stdout


def test_files_of_other_names_are_counted_and_explained(folder: Folder) -> None:
    for name in ("sheet.ods", "a.PDF", "b.pdf", "README", ".hidden.md", "boats.jpg"):
        put(folder / "seeds" / name, b"x")
    done = run("rebuild", folder=folder)
    assert "4 files not read by name: .pdf 2, no suffix 1, .ods 1" in done.stdout
    assert "4 files not read by name" in run("status", folder=folder).stdout
    put(folder / "seeds/story.pdf", STORY)
    explained = run("explain", "--output", "feeds", "seeds/story.pdf", folder=folder)
    assert "is not read: its name doesn't end in .txt" in explained.stdout
    assert "is not read" not in run("explain", "seeds/a.md", folder=folder).stdout
    assert "is not read: its name" in run("explain", "seeds/sheet.ods", folder=folder).stderr


def test_status_fails_while_something_is_wrong(folder: Folder) -> None:
    assert run("status", folder=folder).returncode == 3
    run("rebuild", folder=folder)
    assert run("status", "--seeds", "seeds", "--output", "feeds", folder=folder).returncode == 0
    (folder / "seeds").rename(folder / "elsewhere")
    missing = run("status", folder=folder)
    assert missing.returncode == 3
    assert f"PROBLEM    the seeds folder {folder / 'seeds'} can't be read: " in missing.stdout


@pytest.mark.parametrize("executable", [["-m", "refeed"], ["-P", "-m", "refeed"]])
def test_the_locale_has_no_say_in_the_feeds(tmp_path: Path, executable: list[str]) -> None:
    put(tmp_path / "seeds/Größe 寿司.md", b"# A note\n\nText of it.\n")
    put(tmp_path / "refeed.toml", b'[[folders]]\npath = "."\nwithout_address = "publish"\n')
    run("rebuild", folder=tmp_path)
    published = tree(tmp_path / "feeds")
    ascii_only = environment(LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0")
    done = subprocess.run(
        [sys.executable, *executable, "rebuild"],
        cwd=tmp_path,
        env=ascii_only,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, "0 of them read" in done.stdout) == (0, True), done.stderr
    assert tree(tmp_path / "feeds") == published


def test_quiet_prints_what_is_wrong_and_nothing_else(folder: Folder) -> None:
    done = run("rebuild", "-q", folder=folder)
    assert done.stdout.splitlines()[0] == "1 snapshot rejected"
    assert len(done.stdout.splitlines()) == 2
    assert (done.returncode, done.stderr) == (0, "")
    put(folder / "seeds/another bad.md", b"This is none, either.")
    done = run("rebuild", "-q", folder=folder)
    assert "another bad.md" in done.stdout
    assert "  bad.md" not in done.stdout, "a rejected snapshot is reported once"
    done = run("rebuild", "-q", "--strict", folder=folder)
    assert (done.returncode, len(done.stdout.splitlines())) == (1, 3)
    for file in (folder / "seeds").glob("*bad*"):
        file.unlink()
    done = run("rebuild", "--quiet", folder=folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_strict_fails_when_something_is_rejected(folder: Folder) -> None:
    assert run("rebuild", "--strict", folder=folder).returncode == 1
    assert (folder / "feeds/all/rss.xml").is_file()
    (folder / "seeds/bad.md").unlink()
    assert run("rebuild", "--strict", folder=folder).returncode == 0


@pytest.mark.parametrize("built_before", [False, True])
def test_a_dry_run_writes_nothing(folder: Folder, *, built_before: bool) -> None:
    if built_before:
        run("rebuild", folder=folder)
        put(folder / "seeds/c.md", Article("https://other.example.org/", "Another title"))
        (folder / "seeds/a.md").unlink()
    before, files = modified(folder), tree(folder)
    folders = {path for path in folder.rglob("*") if path.is_dir()}
    done = run("rebuild", "--dry-run", folder=folder)
    assert done.returncode == 0
    assert "source/other.example.org" in done.stdout
    assert "nothing was written" in done.stdout
    assert (modified(folder), tree(folder)) == (before, files)
    assert {path for path in folder.rglob("*") if path.is_dir()} == folders


def test_a_dry_run_tells_what_a_run_then_does(folder: Folder) -> None:
    run("rebuild", folder=folder)
    (folder / "seeds/c.md").unlink()
    would = run("rebuild", "--dry-run", folder=folder).stdout
    before = tree(folder / "feeds")
    run("rebuild", folder=folder)
    gone = before.keys() - tree(folder / "feeds").keys()
    assert "source/other.example.org/rss.xml" in gone
    # Pages of articles can be many, and are counted.
    assert all(name in would for name in gone if not name.startswith("article/"))
    assert " of articles would change" in would


def test_every_mistake_of_a_configuration_is_told(folder: Folder) -> None:
    (folder / "refeed.toml").write_text('limt = 3\nformats = ["rs"]\nlanguage = "no language"\n')
    for name in ("rebuild", "check", "status"):
        done = run(name, folder=folder)
        assert done.returncode == 2
        for key in ("limt", "limit", "formats", "language"):
            assert key in done.stderr
        assert "Traceback" not in done.stderr
    assert not (folder / "feeds").exists()


@pytest.mark.parametrize(
    "arguments", [["rebuild", "--jobs", "0"], ["rebuild", "--no-such"], ["no-such"], ["explain"]]
)
def test_wrong_use(folder: Folder, arguments: list[str]) -> None:
    done = run(*arguments, folder=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Usage: refeed" in done.stderr


def test_check_of_a_right_configuration(folder: Folder) -> None:
    (folder / "refeed.toml").write_text("limit = 3\n")
    done = run("check", folder=folder)
    assert done.returncode == 0
    assert str(folder / "refeed.toml") in done.stdout
    assert not (folder / ".refeed").exists()


def test_feeds_name_the_address_that_they_are_to_be_served_at(folder: Folder) -> None:
    (folder / "refeed.toml").write_text('[server]\nlisten = "0.0.0.0:9102"\n')
    assert run("rebuild", "--jobs", "1", folder=folder).returncode == 0
    feed = (folder / "feeds" / "all" / "atom.xml").read_text("utf-8")
    assert 'href="http://127.0.0.1:9102/all/atom.xml"' in feed
    told = run("check", folder=folder).stdout
    assert "  base_url  http://127.0.0.1:9102/   (feeds name an address that only this " in told
    secret = "3kTz0QmB7vYw1LxA"  # noqa: S105 - of this test only
    (folder / "refeed.toml").write_text(f'server.secret_path = "{secret}"\n')
    told = run("check", folder=folder).stdout
    assert "  base_url  http://127.0.0.1:8080/…/   (from server.listen)" in told
    assert "warning" not in told
    (folder / "refeed.toml").write_text(
        f'base_url = "https://feeds.example.org/"\nserver.secret_path = "{secret}"\n'
    )
    done = run("check", folder=folder)
    assert "warning: base_url: has no server.secret_path" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("asked", "built_before"),
    [
        ("seeds/a.md", True),
        ("HTTPS://www.news.example.org/story/", False),
        ("seeds/../seeds/a.md", True),
    ],
)
def test_explain(folder: Folder, asked: str, *, built_before: bool) -> None:
    if built_before:
        run("rebuild", folder=folder)
    before = modified(folder)
    done = run("explain", asked, "--json", folder=folder)
    assert done.returncode == 0, done.stderr
    (article,) = json.loads(done.stdout)["articles"]
    assert article["key"] == "https://news.example.org/story"
    assert article["title"]["from"] == "header link"
    wins = {Path(s["path"]).name: s["wins"] for s in article["entry"]["snapshots"]}
    assert wins == {"a.md": False, "b.md": True}
    assert article["entry"]["feeds"] == ["all", "source/news.example.org"]
    if asked.endswith("a.md"):
        assert {edit["step"] for edit in article["cleaning"]} >= {"images", "links"}
    told = run("explain", asked, folder=folder)
    assert "https://news.example.org/story" in told.stdout
    assert "b.md" in told.stdout
    assert modified(folder) == before


def test_explain_says_that_an_entry_is_too_old_to_be_shown(folder: Folder) -> None:
    put(folder / "seeds/old.md", Article("https://news.example.org/old", instant=SPRING - DAY))
    told = run("explain", "seeds/old.md", folder=folder, REFEED_LIMIT="1")
    assert "not shown: all shows the newest 1, and this is number 3" in told.stdout
    assert "source/news.example.org shows the newest 1, and this is number 2" in told.stdout
    assert "not shown" not in run("explain", "seeds/b.md", folder=folder, REFEED_LIMIT="1").stdout
    assert "not shown" not in run("explain", "seeds/old.md", folder=folder, REFEED_LIMIT="0").stdout


def test_a_path_with_dots_is_named_without_them(folder: Folder) -> None:
    put(folder / "other/d.md", Article("https://other.example.org/d", "More"))
    for path, in_seeds in (("../other/d.md", False), ("../seeds/a.md", True)):
        stated = ("--seeds", ".", "--state", "../state", "--output", "../feeds")
        told = json.loads(run("explain", path, *stated, "--json", folder=folder / "seeds").stdout)
        file = (folder / "seeds" / path).resolve()
        assert (told["file"], told["in_seeds"]) == (str(file), in_seeds)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("seeds/bad.md", "is rejected: no URL"),
        ("seeds/none.md", "No such file"),
        ("news.example.org/story", "by its address, with https://"),
        ("https://nowhere.example.org/", "no snapshot is of"),
        ("https://", "names no host"),
        ("seeds", "can't be read"),
    ],
)
def test_what_can_not_be_explained(folder: Folder, asked: str, told: str) -> None:
    done = run("explain", asked, folder=folder)
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_status_before_and_after(folder: Folder) -> None:
    before = run("status", folder=folder)
    assert before.returncode == 3, "nothing is published yet"
    assert f"into {folder}/.refeed yet: run refeed rebuild" in before.stdout
    assert not (folder / ".refeed").exists()
    assert json.loads(run("status", "--json", folder=folder).stdout)["figures"]["files"] == 0
    run("rebuild", folder=folder)
    there = modified(folder)
    after = run("status", folder=folder)
    assert "bad.md: no URL" in after.stdout
    found = json.loads(run("status", "--json", folder=folder).stdout)
    assert found["figures"] == {
        "files": 4,
        "snapshots": 3,
        "unread_dates": 0,
        "entries": 2,
        "feeds": 3,
        "rejected": 1,
    }
    assert found["feeds"]["all"] == 2
    assert found["rejected"][0]["reason"].startswith("no URL")
    assert modified(folder) == there


def test_tables_that_fit_no_article_are_told(folder: Folder) -> None:
    tables = """
        [[rules]]
        source = "nws.example.org"
        [[rules]]
        source = "other.example.org"
        [[rules]]
        source = "elsewhere.example.net"
        [[feeds]]
        name = "stories"
        match = { title = "Story" }
        [[feeds]]
        name = "rivers"
        match = { tag = "rivre" }
    """
    put(folder / "refeed.toml", tables.encode())
    meant = 'did you mean "news.example.org"?'
    unused = [
        f"[[rules]] no. 1, source: no article is from nws.example.org; {meant}",
        "[[rules]] no. 3, source: no article is from elsewhere.example.net",
        '[[feeds]] no. 2, match: no article is for the feed "rivers"',
    ]
    assert json.loads(run("status", "--json", folder=folder).stdout)["unused"] == []
    done = run("rebuild", folder=folder)
    told = [line for line in done.stdout.splitlines() if line.startswith("warning: ")]
    assert told == [f"warning: {line}" for line in unused]
    assert "warning" not in run("rebuild", "--quiet", folder=folder).stdout
    status = run("status", folder=folder)
    assert status.returncode == 0
    assert [line for line in status.stdout.splitlines() if line.startswith("WARNING")] == [
        f"WARNING    {line}" for line in unused
    ]


def test_names_that_no_terminal_can_show_are_escaped(folder: Folder) -> None:
    put(folder / "seeds" / NASTY, b"no article")
    put(folder / "seeds" / f"good {NASTY}", Article("https://good.example.org/\u200b", "名\x1b[0m"))
    commands = (
        ["rebuild"],
        ["status"],
        ["status", "--json"],
        ["explain", f"seeds/{NASTY}"],
        ["explain", f"seeds/good {NASTY}"],
        ["explain", "--json", f"seeds/good {NASTY}"],
        ["explain", "https://good.example.org/\x1b"],
        ["rebuild", "--seeds", f"no {NASTY}"],
    )
    for arguments, encoding in zip(commands, ["utf-8", "ascii"] * 4, strict=True):
        done = run(*arguments, folder=folder, PYTHONIOENCODING=encoding)
        said = done.stdout + done.stderr
        assert "Traceback" not in said
        assert "\x1b" not in said
        assert "\x07" not in said
        assert "line\nbreak" not in said
        if "--json" in arguments:
            json.loads(done.stdout)


@pytest.mark.parametrize("arguments", [["status"], ["rebuild"], ["explain", "seeds/a.md"]])
def test_a_reader_that_goes_away_is_no_fault(folder: Folder, arguments: list[str]) -> None:
    run("rebuild", folder=folder)
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        command(*arguments),
        cwd=folder,
        env=environment(),
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(write)
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_interrupted(folder: Folder, jobs: str) -> None:
    for number in range(1500):
        url = f"https://many.example.org/{number}"
        put(folder / f"seeds/{number}.md", Article(url, html="<p>x</p>" * 500))
    process = subprocess.Popen(
        command("rebuild", "--jobs", jobs),
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while not (folder / ".refeed/index.sqlite3").exists():
        time.sleep(0.01)
    time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    # Python kills itself by the signal where that was met in a text that it executes.
    assert process.returncode in {130, -signal.SIGINT}
    assert "Traceback" not in out + err
    for file in sorted((folder / "seeds").iterdir())[50:]:
        file.unlink()
    assert run("rebuild", folder=folder).returncode == 0


def test_state_that_can_not_be_kept_is_told(folder: Folder) -> None:
    (folder / ".refeed").write_bytes(b"a file")
    done = run("rebuild", folder=folder)
    assert done.returncode in {1, 2}
    assert f"refeed: state: {folder}/.refeed: a file is where" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_index_that_there_is_no_room_for_is_told_and_stays(folder: Folder) -> None:
    assert run("rebuild", folder=folder).returncode == 0
    index = folder / ".refeed/index.sqlite3"
    before = index.stat().st_ino
    for number in range(800):
        put(folder / f"seeds/{number}.md", Article(f"https://many.example.org/{number}"))
    # Python ignores SIGXFSZ, so writing more fails as on a full disk.
    done = subprocess.run(
        command("rebuild", "--jobs", "1"),
        cwd=folder,
        env=without_coverage(environment()),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)),
    )
    assert done.returncode == 1
    assert f"refeed: state: {index}: " in done.stderr
    assert "Traceback" not in done.stderr
    assert index.stat().st_ino == before
    assert run("rebuild", folder=folder).returncode == 0


def test_output_that_can_not_be_written_is_told(folder: Folder) -> None:
    put(folder / "feeds/all", b"a file, not a folder")
    done = run("rebuild", folder=folder)
    assert done.returncode in {1, 2}
    assert str(folder / "feeds/all") in done.stderr
    assert "Traceback" not in done.stderr


def test_odd_names_of_folders(tmp_path: Folder) -> None:
    """Names that mean something in a URI, which SQLite is given, or in a pattern."""
    odd = tmp_path / "100% #1? [a]*"
    put(odd / "seeds/a.md", STORY)
    assert run("rebuild", folder=odd).returncode == 0
    assert json.loads(run("status", "--json", folder=odd).stdout)["figures"]["entries"] == 1
    assert "0 feeds would change" in run("rebuild", "--dry-run", folder=odd).stdout


def test_what_is_no_regular_file_holds_nothing_up(folder: Folder) -> None:
    os.mkfifo(folder / "seeds/pipe.md")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(folder / "seeds/socket.md"))
        done = run("rebuild", folder=folder)
    assert done.returncode == 0
    assert "4 snapshot files" in done.stdout
    assert "can't be read" in run("explain", "seeds/pipe.md", folder=folder).stderr


def test_dates_that_could_not_be_read_are_counted(folder: Folder) -> None:
    put(
        folder / "seeds/dated.md",
        b"---\nurl: https://dated.example.org/\ntitle: T\ndate: 03/04/2024\n---\n<p>Words.</p>",
    )
    run("rebuild", folder=folder)
    status = run("status", folder=folder).stdout
    assert "1 date could not be read" in status
    assert "03/04/2024" in run("explain", "seeds/dated.md", folder=folder).stdout
