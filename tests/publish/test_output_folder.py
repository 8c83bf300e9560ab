"""Writing files whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from archives import modified, put, tree
from refeed.publish.output_folder import OutputFolder


def test_the_same_bytes_are_not_written_again(tmp_path: Path) -> None:
    output = OutputFolder(tmp_path / "out")
    assert output.write("a/b.xml", b"1") is True
    output.commit()
    before = modified(tmp_path)
    assert output.write("a/b.xml", b"1") is False
    assert modified(tmp_path) == before
    assert output.write("a/b.xml", b"2") is True
    output.commit()
    assert tree(tmp_path / "out") == {"a/b.xml": b"2"}


def test_what_documents_show_or_link_to_is_there_before_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = OutputFolder(tmp_path)
    picture = f"media/{'0a' * 16}.png"
    page = "article/0d5a2f3e-8a1b-5c3d-9e4f-102938475610/index.html"
    for path in ("all/atom.xml", picture, "source/a/atom.xml", page):
        output.write(path, b"1")
    renamed: list[str] = []
    replace = Path.replace

    def note(draft: Path, target: Path) -> Path:
        renamed.append(str(target.relative_to(tmp_path)))
        return replace(draft, target)

    monkeypatch.setattr(Path, "replace", note)
    output.commit()
    assert renamed == [picture, page, "all/atom.xml", "source/a/atom.xml"]


def _publish(output: OutputFolder, path: str, data: bytes) -> None:
    output.write(path, data)
    output.commit()


@pytest.mark.parametrize("failing", ["fsync", "replace", "write"])
def test_a_write_that_fails_leaves_what_was_there(
    tmp_path: Path, failing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = OutputFolder(tmp_path)
    output.write("a.xml", b"old")
    output.commit()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    if failing == "write":
        # The real thing: a device that is always full.
        monkeypatch.setattr(OutputFolder, "_draft_path", lambda *_: Path("/dev/full"))
        monkeypatch.setattr(Path, "unlink", lambda *_, **__: None)
    else:
        monkeypatch.setattr(os, failing, full)
    with pytest.raises(OSError, match="No space left"):
        _publish(output, "a.xml", b"new")
    monkeypatch.undo()
    assert tree(tmp_path) == {"a.xml": b"old"}
    assert output.write("a.xml", b"new")


def test_a_dry_run_only_compares(tmp_path: Path) -> None:
    output = OutputFolder(tmp_path)
    output.register(["a/b.xml"])
    _publish(output, "a/b.xml", b"1")
    before = modified(tmp_path)
    dry = OutputFolder(tmp_path, dry_run=True)
    dry.register(["c.xml"])
    assert dry.write("a/b.xml", b"2") is True
    assert dry.write("a/b.xml", b"1") is False
    dry.delete(["a/b.xml"])
    dry.delete_drafts()
    assert modified(tmp_path) == before


def test_only_what_is_registered_is_removed(tmp_path: Path) -> None:
    output = OutputFolder(tmp_path)
    output.register(["a/b/c.xml", "d.xml"])
    for name in ("a/b/c.xml", "d.xml"):
        _publish(output, name, b"1")
    foreign = put(tmp_path / "a/foreign.xml", b"1")
    again = OutputFolder(tmp_path)
    assert again.published() == {"a/b/c.xml", "d.xml"}
    again.delete(["a/b/c.xml", "a/foreign.xml", "never.xml"])
    assert foreign.exists()
    assert not (tmp_path / "a/b").exists()
    assert OutputFolder(tmp_path).published() == {"d.xml"}


def test_a_manifest_names_nothing_outside(tmp_path: Path) -> None:
    lines = ["ok/rss.xml", "/etc/passwd", "../x", "a/../../x", "", "a//b", "./a", "\0"]
    put(tmp_path / ".refeed-files", "\n".join(lines).encode() + b"\n\xff\xfe\n")
    published = OutputFolder(tmp_path).published()
    assert {name for name in published if "\ufffd" not in name} == {"ok/rss.xml"}
