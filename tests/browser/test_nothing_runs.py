"""Hostile articles, published and opened in a browser: nothing runs, with a policy or without."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from archives import SPRING, put
from refeed.identity import entry_id, key_of
from refeed.render.formats import name_article_page

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from surfing import Site, Visit

OURS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href=javascript:alert(1)>link</a>",
    "<a href='java\x01script:alert(1)'>link</a>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table>",
    "<math><annotation-xml encoding=text/html><img src=x onerror=alert(1)></annotation-xml></math>",
    "<math href='javascript:alert(1)'><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<math alttext='<img src=x onerror=alert(1)>'><mi>x</mi></math>",
    "<script type='math/tex'><img src=x onerror=alert(1)></script>",
    "<script type='math/mml'><math><mtext>&lt;img src=x onerror=alert(1)></mtext></math></script>",
    "<span class=MathJax data-mathml='<math><mi>&lt;script>alert(1)&lt;/script></mi></math>'>",
    "<math><semantics><annotation encoding=tex>&lt;svg/onload=alert(1)></annotation></semantics>",
    "<pre>\n<textarea></pre><img src=x onerror=alert(1)></textarea>",
    "<select><iframe><!-- </select><img src=x onerror=alert(1)> -->",
    "<form action=javascript:alert(1)><button autofocus onfocus=alert(1)>go</button></form>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<style>@import 'https://evil.example/x.css'; body { display: none }</style>",
    "<link rel=stylesheet href=https://evil.example/x.css><base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    "</div></div></main></body><script>alert(1)</script>",
    '"><img src="x" alt="" loading="" onerror="alert(1)">',
]

# What could run when someone moves, clicks or waits: there must be nothing of the kind.
DORMANT = """
[...document.querySelectorAll("body *")].flatMap((each) => [
  ...(/^(script|iframe|object|embed|form|style|link|meta|base|svg|math|template)$/.test(each.localName)
      && !each.matches("form.search") ? [each.localName] : []),
  ...[...each.attributes].map((one) => one.name).filter((name) => /^on|^style$|action$/.test(name)
      && !each.matches("form.search")),
  ...["href", "src", "action", "poster", "cite"].filter((name) => typeof each[name] == "string"
      && /^(javascript|vbscript|data):/i.test(each[name].trim())).map((name) => each[name]),
])
"""


@pytest.fixture(scope="module")
def hostile(
    serve: Callable[..., Site], tmp_path_factory: pytest.TempPathFactory, vectors: list[str]
) -> Site:
    """Feeds of articles whose text, title, author and tags are hostile, in feeds named so."""
    folder = tmp_path_factory.mktemp("hostile")
    for number, vector in enumerate(vectors):
        line = json.dumps(" ".join(vector.split())[:200])
        matter = f"---\ntitle: {line}\nauthor: {line}\ntags: [ {line} ]\n---\n\n"
        record = f"<!--{SPRING + number}-->\n[x](https://evil.example/{number})\n------\n\n{vector}"
        data = (matter + record).encode("utf-8", "replace")
        put(folder / "seeds" / f"{number:04}.md", data)
    feeds = [
        {"name": f"f{number}", "title": vector, "match": {"path": "0000.md"}}
        for number, vector in enumerate(OURS)
        if vector.isprintable()
    ]
    title = OURS[1]
    return serve(folder, folder / "seeds", limit=0, title=title, feeds=feeds, by_source=False)


@pytest.fixture(scope="module")
def vectors(request: pytest.FixtureRequest) -> list[str]:
    """Our own few and, where they are, those of public collections."""
    file: Path = request.config.rootpath.parent / "shared" / "vectors" / "xss.jsonl"
    lines = file.read_text("utf-8").splitlines() if file.is_file() else []
    return OURS + [str(json.loads(line)["html"]) for line in lines]


def article_page(number: int) -> str:
    """Return the page of an article."""
    return name_article_page(entry_id(key_of(f"https://evil.example/{number}")))


@pytest.mark.parametrize(
    "path", ["", "index.html?q=img", "f0/index.html", "all/index.html", article_page(0)]
)
@pytest.mark.parametrize("options", [{}, {"bypass_csp": True}], ids=["policy", "no policy"])
def test_nothing_of_an_article_runs(
    hostile: Site, visit: Callable[..., Visit], path: str, options: dict[str, bool]
) -> None:
    page = visit(hostile.url + path, **options)
    page.page.wait_for_load_state("load")
    assert page.page.url == hostile.url + path
    assert page.value(DORMANT) == []
    assert page.all_trouble() == []
    assert page.page.locator("main").is_visible()


def test_no_article_runs_on_its_own_page(hostile: Site, visit: Callable[..., Visit]) -> None:
    page = visit(hostile.url, bypass_csp=True)
    for number in range(len(OURS)):
        page.page.goto(hostile.url + article_page(number))
        assert page.value(DORMANT) == []
    assert page.all_trouble() == []


def test_the_hostile_articles_are_there(hostile: Site, vectors: list[str]) -> None:
    items = json.loads((hostile.folder / "all" / "feed.json").read_text("utf-8"))["items"]
    assert len(items) > len(vectors) * 0.99


def test_what_does_run_is_noticed(
    hostile: Site, visit: Callable[..., Visit], tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    scripts = "<script>alert(1); console.warn('hm')</script>"
    loads = "<img src=x onerror=print()><link rel=stylesheet href=http://evil.example/x.css>"
    page.write_text(f"<!DOCTYPE html><title>x</title>{loads}{scripts}", "utf-8")
    seen = " ".join(visit(page.as_uri()).all_trouble())
    for trouble in ("alert 1", "print", "warning: hm", "a stylesheet: http://evil"):
        assert trouble in seen

    index = hostile.folder / "index.html"
    published = index.read_text("utf-8")
    index.write_text(published.replace("<main", scripts + "<main onclick=alert(2)", 1), "utf-8")
    try:
        broken = visit(hostile.url)
        assert "policy script-src-elem inline" in " ".join(broken.all_trouble())
        assert broken.value(DORMANT) == ["script", "onclick"]
    finally:
        index.write_text(published, "utf-8")
