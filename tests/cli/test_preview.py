"""What `refeed preview` writes: a page of a file, before there is any configuration."""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING

import html5lib
import pytest

from archives import SPRING, Article, command, environment, native, put, run
from carrying import FILES, data_address, mail_with, singlefile_with

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = Article(
    title="A <script>alert(1)</script> & more",
    html='<p onclick="x()">It <b>shines</b>.<script>alert(2)</script></p><iframe srcdoc=x>',
    author="<i>Lee</i>",
)


def parse(page: str) -> None:
    """Parse a page as strictly as browsers' standard has it; raise for any error."""
    html5lib.HTMLParser(strict=True).parse(page)


def test_a_file_is_shown_without_configuration_and_seeds(tmp_path: Path) -> None:
    put(tmp_path / "a.md", native(HOSTILE, Article(url="https://example.org/b", title="Second")))
    done = run("preview", "a.md", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    parse(done.stdout)
    assert "2 articles" in done.stdout
    assert "A &lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in done.stdout
    assert "<p>It <b>shines</b>.</p>" in done.stdout
    assert "https://news.example.org/sun" in done.stdout
    assert "header link" in done.stdout
    assert "sanitiser: removed" in done.stdout
    assert not re.search("<script|onclick|srcdoc|<iframe", done.stdout)
    assert {path.name for path in tmp_path.iterdir()} == {"a.md"}


@pytest.mark.parametrize("kind", ["a.html", "a.eml", "a.md"])
def test_carried_pictures_are_in_the_page_itself(tmp_path: Path, kind: str) -> None:
    made = {"a.html": singlefile_with("boat.png"), "a.eml": mail_with("boat.png")}
    note = b"---\nurl: https://example.org/a\n---\n\nA boat.\n\n![[boat.png]]\n"
    put(tmp_path / kind, made.get(kind, note))
    put(tmp_path / "attachments/boat.png", FILES["boat.png"])
    done = run("preview", kind, folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert f'src="{data_address("boat.png")}"' in done.stdout
    assert "media.invalid" not in done.stdout


def test_a_terminal_is_told_where_the_page_is(tmp_path: Path) -> None:
    put(tmp_path / "a.md", HOSTILE)
    (tmp_path / "temporary").mkdir()
    other_end, terminal = os.openpty()
    try:
        done = subprocess.run(
            command("preview", "a.md"),
            cwd=tmp_path,
            stdout=terminal,
            stderr=subprocess.PIPE,
            env=environment(TMPDIR=str(tmp_path / "temporary")),
            check=False,
        )
    finally:
        os.close(terminal)
        os.close(other_end)
    assert done.returncode == 0
    (page,) = (tmp_path / "temporary").iterdir()
    assert done.stderr.decode() == f"To see the page, open {page.as_uri()} in a browser.\n"
    parse(page.read_text("utf-8"))


def test_pictures_in_the_file_are_counted(tmp_path: Path) -> None:
    page = (
        "<html><head><link rel=canonical href=https://example.org/a><title>A</title></head><body>"
    )
    picture = "<img src='data:image/png;base64," + "A" * 400 + "'>"
    put(tmp_path / "a.html", f"{page}<article><p>Text of it.</p>{picture}</article>".encode())
    shown = run("preview", "a.html", folder=tmp_path).stdout
    parse(shown)
    assert "1 picture is in the file or beside it." in shown
    assert '<h1 dir="auto">a.html</h1>' in shown
    assert "Contents" not in shown


def test_what_lacks_only_an_address_is_shown_too(tmp_path: Path) -> None:
    put(tmp_path / "a.md", b"---\ntitle: A note\n---\nText of it.")
    done = run("preview", "a.md", "--output", "page.html", folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert (tmp_path / "page.html").as_uri() in done.stderr
    page = (tmp_path / "page.html").read_text("utf-8")
    parse(page)
    assert "Text of it." in page
    assert "It would not be published:</strong> no URL: front matter has no from" in page
    assert "path://" not in page


def test_rules_of_the_configuration_count(tmp_path: Path) -> None:
    put(
        tmp_path / "seeds/blog/a.md",
        b"---\ntitle: A note\n---\n<p>Text.</p><p class=promo>Buy.</p>",
    )
    put(
        tmp_path / "refeed.toml",
        b'[[folders]]\npath = "blog"\nurl = "https://tom.example.org/{slug}"\n'
        b'[[rules]]\nsource = "tom.example.org"\ndrop = ".promo"\n',
    )
    page = run("preview", "blog/a.md", folder=tmp_path).stdout
    assert '<a href="https://tom.example.org/a">A note</a>' in page
    assert "would not be published" not in page
    assert "<p>Buy.</p>" not in page


def test_what_can_not_be_shown_is_said(tmp_path: Path) -> None:
    put(tmp_path / "a.txt", b'{"a": 1}')
    for file, reason in (
        ("a.txt", "a.txt holds no article: JSON data, not an article"),
        ("b.txt", "b.txt can't be read: No such file or directory"),
    ):
        done = run("preview", file, folder=tmp_path)
        assert (done.returncode, done.stdout) == (1, "")
        assert reason in done.stderr


def test_of_very_many_articles_the_first_are_shown(tmp_path: Path) -> None:
    articles = [Article(url=f"https://e.org/{n}", instant=SPRING + n) for n in range(103)]
    put(tmp_path / "a.md", native(*articles))
    page = run("preview", "a.md", folder=tmp_path).stdout
    assert "100 articles, and 3 more records that are not shown" in page
    assert page.count("<details") == 100
