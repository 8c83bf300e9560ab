"""Snapshots without a date keep the one at which their content was first seen."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from archives import Article, config_in, from_nothing, native, put, run, synced, tree
from refeed.errors import RefeedError

if TYPE_CHECKING:
    from pathlib import Path

    from refeed.config import Config

DATES = "seeds/first-seen.tsv"
OLD, NEW = 1_600_000_000, 1_720_000_000


def dateless(number: int, html: str = "<p>It shines.</p>") -> bytes:
    return native(Article(f"https://news.example.org/{number}", html=html, instant=None))


def put_at(file: Path, data: bytes, time: int) -> Path:
    put(file, data)
    os.utime(file, (time, time))
    return file


@pytest.fixture
def config(tmp_path: Path) -> Config:
    found = config_in(tmp_path / "original", limit=0, first_seen=DATES)
    for number in range(6):
        put_at(found.seeds[0] / f"{number % 2}/{number}.md", dateless(number), OLD + number * 1000)
    put(found.seeds[0] / "dated.md", Article("https://news.example.org/dated"))
    return found


def git(folder: Path, *arguments: str, time: int = NEW) -> None:
    now = f"{time} +0000"
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    subprocess.run(
        (
            "git",
            *identity,
            "-c",
            "init.defaultBranch=main",
            "-c",
            "commit.gpgSign=false",
            *arguments,
        ),
        cwd=folder,
        env=os.environ | {"GIT_COMMITTER_DATE": now, "GIT_AUTHOR_DATE": now},
        capture_output=True,
        check=True,
    )


def commit(folder: Path, time: int) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "x", time=time)


def clone(config: Config, folder: Path) -> Config:
    """Clone the repository that the seeds are in, and return a configuration of the clone."""
    git(folder.parent, "clone", "--quiet", str(config.seeds[0]), str(folder / "seeds"))
    return config_in(folder, limit=0, first_seen=config.first_seen and DATES)


def test_a_git_clone_gives_the_same_bytes(config: Config, tmp_path: Path) -> None:
    synced(config)
    git(config.seeds[0], "init")
    commit(config.seeds[0], NEW)
    other = clone(config, tmp_path / "clone")
    synced(other)
    assert tree(other.output) == tree(config.output)
    without = replace(other, first_seen="")
    assert from_nothing(without, tmp_path / "without") != tree(config.output)


def test_the_file_has_a_sorted_line_for_each_dateless_content(
    config: Config, tmp_path: Path
) -> None:
    synced(config)
    lines = (tmp_path / "original" / DATES).read_text("ascii").splitlines()
    assert len(lines) == 6
    assert lines == sorted(lines)
    assert all(
        re.fullmatch(r"[0-9a-f]{32}\t2020-09-13T1\d:\d\d:\d\d\.000Z", line) for line in lines
    )


def test_a_touched_copied_or_moved_snapshot_keeps_its_date(config: Config) -> None:
    synced(config)
    before = tree(config.output)
    seeds = config.seeds[0]
    os.utime(seeds / "0/0.md", (NEW, NEW))
    shutil.copy(seeds / "0/2.md", seeds / "copy.md")
    (seeds / "1/1.md").rename(seeds / "moved.md")
    os.utime(seeds / "moved.md", (NEW, NEW))
    report = synced(config)
    assert report.read == 3
    assert tree(config.output) == before


def test_an_edited_snapshot_gets_a_new_date_and_keeps_it(config: Config, tmp_path: Path) -> None:
    synced(config)
    put_at(config.seeds[0] / "0/0.md", dateless(0, "<p>It rains.</p>"), NEW)
    synced(config)
    after = tree(config.output)
    assert b"2024-07-03T" in after["all/feed.json"]
    os.utime(config.seeds[0] / "0/0.md", (NEW + 9000, NEW + 9000))
    synced(config)
    assert tree(config.output) == after == from_nothing(config, tmp_path / "fresh")


def test_with_nothing_changed_nothing_is_read_and_the_file_stays(
    config: Config, tmp_path: Path
) -> None:
    synced(config)
    before = (tmp_path / "original" / DATES).stat()
    assert synced(config).read == 0
    after = (tmp_path / "original" / DATES).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize("times", [(OLD, NEW), (NEW, OLD)])
def test_of_two_files_of_one_content_the_earlier_time_counts(
    config: Config, tmp_path: Path, times: tuple[int, int]
) -> None:
    for name, time in zip(("a.md", "b.md"), times, strict=True):
        put_at(config.seeds[0] / name, b"# Stars\n\nhttp://blog.example.org/x\n\nIt shines.", time)
    synced(config)
    before = tree(config.output)
    (config.seeds[0] / "a.md").unlink()
    synced(config)
    assert tree(config.output) == before == from_nothing(config, tmp_path / "fresh")


def test_paths_that_are_synced_alone_give_what_a_rebuild_gives(
    config: Config, tmp_path: Path
) -> None:
    synced(config)
    file = put_at(config.seeds[0] / "late.md", dateless(7), NEW)
    synced(config, [file])
    os.utime(file, (NEW + 5000, NEW + 5000))
    synced(config, [file])
    assert tree(config.output) == from_nothing(config, tmp_path / "fresh")


def test_a_line_that_somebody_changes_changes_the_date(config: Config, tmp_path: Path) -> None:
    synced(config)
    dates = tmp_path / "original" / DATES
    changed = dates.read_text("ascii").replace("2020-", "2019-")
    dates.write_text(changed, encoding="ascii")
    synced(config)
    feed = tree(config.output)["all/feed.json"]
    assert feed.count(b'"date_published":"2019-') == 6
    assert dates.read_text("ascii") == changed
    assert tree(config.output) == from_nothing(config, tmp_path / "fresh")


def test_a_deleted_file_is_made_again(config: Config, tmp_path: Path) -> None:
    synced(config)
    before, dates = tree(config.output), tmp_path / "original" / DATES
    lines = dates.read_bytes()
    dates.unlink()
    synced(config)
    assert dates.read_bytes() == lines
    assert tree(config.output) == before


def test_lines_of_two_branches_merge_and_damaged_ones_are_told(
    config: Config, tmp_path: Path
) -> None:
    synced(config)
    before, dates = tree(config.output), tmp_path / "original" / DATES
    lines = dates.read_text("ascii").splitlines()
    later = lines[1].replace("2020-", "2021-")
    conflict = ["# kept", "<<<<<<< HEAD", *lines[:2], "=======", later, ">>>>>>> other", *lines[2:]]
    dates.write_text("\n".join(conflict), encoding="ascii")
    put_at(config.seeds[0] / "new.md", dateless(8), OLD)
    report = synced(config)
    assert [line.split(":")[1] for line in report.date_problems] == ["2", "5", "7"]
    assert "'<<<<<<< HEAD'" in report.date_problems[0]
    written = dates.read_text("ascii").splitlines()
    assert written[0] == "# kept"
    assert written[-3:] == ["<<<<<<< HEAD", "=======", ">>>>>>> other"]
    assert len(written) == 1 + 7 + 3
    (config.seeds[0] / "new.md").unlink()
    synced(config)
    assert tree(config.output) == before


def test_without_the_file_dates_are_the_files_times_again(config: Config, tmp_path: Path) -> None:
    plain = replace(config, first_seen="")
    synced(plain)
    synced(config)
    os.utime(config.seeds[0] / "0/0.md", (NEW, NEW))
    synced(config)
    synced(plain)
    assert tree(plain.output) == from_nothing(plain, tmp_path / "fresh")
    assert b"2024-07-03T" in tree(plain.output)["all/feed.json"]


def test_a_dry_run_and_explain_write_no_dates(config: Config, tmp_path: Path) -> None:
    folder = tmp_path / "original"
    arguments = ("--seeds", "seeds", "--output", "feeds", "--state", "state")
    done = run("rebuild", *arguments, "--first-seen", "dates.tsv", "--dry-run", folder=folder)
    assert done.returncode == 0, done.stderr
    variables = {"REFEED_FIRST_SEEN": "dates.tsv"}
    explained = run("explain", "seeds/0/0.md", folder=folder, **variables)
    assert "(file time)" in explained.stdout
    assert not (folder / "dates.tsv").exists()
    done = run("rebuild", *arguments, "--first-seen", "dates.tsv", "--strict", folder=folder)
    assert done.returncode == 0, done.stderr
    os.utime(config.seeds[0] / "0/0.md", (NEW, NEW))
    explained = run("explain", "seeds/0/0.md", folder=folder, **variables)
    assert "2020-09-13" in explained.stdout
    assert "(first seen)" in explained.stdout
    with (folder / "dates.tsv").open("a") as file:
        file.write("x\n")
    done = run("rebuild", *arguments, "--first-seen", "dates.tsv", "--strict", folder=folder)
    assert done.returncode == 1
    assert "dates.tsv:7: 'x' is not" in done.stderr


def test_git_dates_are_of_the_commit_in_which_a_content_appeared(
    config: Config, tmp_path: Path
) -> None:
    config = replace(config, first_seen="git")
    seeds = config.seeds[0]
    git(seeds, "init")
    commit(seeds, OLD)
    put(seeds / "0/0.md", dateless(0, "<p>It rains.</p>"))
    git(seeds, "mv", "1/1.md", "moved.md")
    commit(seeds, NEW)
    synced(config)
    published = tree(config.output)
    assert published["all/feed.json"].count(b'"date_published":"2020-09-13T12:26:40Z"') == 5
    assert published["all/feed.json"].count(b'"date_published":"2024-07-03T09:46:40Z"') == 1
    other = replace(clone(config, tmp_path / "clone"), first_seen="git")
    synced(other)
    assert tree(other.output) == published


def test_git_dates_find_what_was_committed_on_a_branch_and_in_a_merge(
    config: Config, tmp_path: Path
) -> None:
    config = replace(config, first_seen="git")
    seeds = config.seeds[0]
    git(seeds, "init")
    commit(seeds, OLD)
    synced(config)
    git(seeds, "checkout", "-b", "other")
    put(seeds / "branch.md", dateless(10))
    commit(seeds, OLD + 86_400)
    git(seeds, "checkout", "main")
    git(seeds, "merge", "--no-ff", "--no-commit", "other")
    put(seeds / "merge.md", dateless(11))
    commit(seeds, OLD + 2 * 86_400)
    synced(config)
    feed = tree(config.output)["all/feed.json"]
    assert feed.count(b'"date_published":"2020-09-14T12:26:40Z"') == 1
    assert feed.count(b'"date_published":"2020-09-15T12:26:40Z"') == 1
    assert tree(config.output) == from_nothing(config, tmp_path / "fresh")


def test_git_dates_need_a_repository_with_its_whole_history(config: Config, tmp_path: Path) -> None:
    config = replace(config, first_seen="git")
    with pytest.raises(RefeedError, match="git has no history of"):
        synced(config)
    git(config.seeds[0], "init")
    commit(config.seeds[0], OLD)
    put(config.seeds[0] / "new.md", dateless(9))
    commit(config.seeds[0], NEW)
    (tmp_path / "shallow").mkdir()
    url = config.seeds[0].as_uri()
    git(tmp_path, "clone", "--quiet", "--depth", "1", url, str(tmp_path / "shallow" / "seeds"))
    with pytest.raises(RefeedError, match="only a part of its history") as told:
        synced(config_in(tmp_path / "shallow", first_seen="git"))
    assert "--unshallow" in told.value.hint


@pytest.mark.usefixtures("config")
def test_status_counts_what_has_no_date_but_its_files_time(tmp_path: Path) -> None:
    arguments = ("--seeds", "seeds", "--output", "feeds", "--state", "state")
    done = run("rebuild", *arguments, folder=tmp_path / "original")
    assert done.returncode == 0, done.stderr
    found = run("status", *arguments, folder=tmp_path / "original")
    assert "undated    6 entries of 6 files have no date but the time of the file" in found.stdout
