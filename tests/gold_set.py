"""The gold set: articles with what must go from them and what must stay, and how a cleaner does.

Each file of cleaning/gold is an article in the shape that some kind of site gives it. A comment at
its head says in TOML what passages and pictures are furniture, and what is the article's.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from hashlib import blake2b
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from lxml import html as lxml_html

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FOLDER = Path(__file__).parent / "cleaning" / "gold"

_HEAD = re.compile(r"<!-- gold\n(.*?)\n-->\n", re.DOTALL)
_SOURCE = re.compile(r"<img\b[^>]*\bsrc=\"([^\"]*)\"")


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """An article, its address, and which passages and pictures must go and must stay."""

    name: str
    url: str
    gone: tuple[str, ...]
    stays: tuple[str, ...]
    pictures: tuple[str, ...]
    no_pictures: tuple[str, ...]
    html: str

    @property
    def half(self) -> str:
        """A, at which rules are made, or B, at which they are only tried. A source is in one."""
        source = self.name.partition(".")[0]
        return "AB"[blake2b(source.encode(), digest_size=1).digest()[0] % 2]


@dataclass(slots=True)
class Score:
    """Counts of passages and pictures, and of documents in which all is right."""

    gone: int = 0
    to_go: int = 0
    kept: int = 0
    to_keep: int = 0
    pictures_kept: int = 0
    pictures: int = 0
    others_gone: int = 0
    others: int = 0
    perfect: int = 0
    documents: int = 0

    def shares(self) -> dict[str, float]:
        """Return each share in percent."""
        return {
            "removed": _share(self.gone, self.to_go),
            "kept": _share(self.kept, self.to_keep),
            "pictures": _share(self.pictures_kept, self.pictures),
            "other pictures gone": _share(self.others_gone, self.others),
            "perfect": _share(self.perfect, self.documents),
        }


def read_documents() -> list[GoldDocument]:
    """Read the gold set."""
    return [_read(path) for path in sorted(FOLDER.glob("*.html"))]


def score(documents: Iterable[GoldDocument], clean: Callable[[GoldDocument], str]) -> Score:
    """Return how a cleaner does on some documents."""
    total = Score()
    for document in documents:
        wrong = find_mistakes(document, clean(document))
        total.to_go += len(document.gone)
        total.gone += len(document.gone) - len(wrong["left"])
        total.to_keep += len(document.stays)
        total.kept += len(document.stays) - len(wrong["lost"])
        total.pictures += len(document.pictures)
        total.pictures_kept += len(document.pictures) - len(wrong["pictures lost"])
        total.others += len(document.no_pictures)
        total.others_gone += len(document.no_pictures) - len(wrong["pictures left"])
        total.perfect += not any(wrong.values())
        total.documents += 1
    return total


def find_mistakes(document: GoldDocument, cleaned: str) -> dict[str, list[str]]:
    """Return the passages and pictures that a cleaned article should not have, and should."""
    text = _collapse(lxml_html.fragment_fromstring(cleaned, create_parent="div").text_content())
    names = {_name(unescape(address)) for address in _SOURCE.findall(cleaned)}
    return {
        "left": [passage for passage in document.gone if _collapse(passage) in text],
        "lost": [passage for passage in document.stays if _collapse(passage) not in text],
        "pictures lost": [a for a in document.pictures if _name(a) not in names],
        "pictures left": [a for a in document.no_pictures if _name(a) in names],
    }


def _read(path: Path) -> GoldDocument:
    text = path.read_text(encoding="utf-8")
    head = _HEAD.match(text)
    assert head is not None, f"{path.name} has no head"
    table = tomllib.loads(head.group(1))
    return GoldDocument(
        name=path.stem,
        url=table["url"],
        gone=tuple(table["gone"]),
        stays=tuple(table["stays"]),
        pictures=tuple(table["pictures"]),
        no_pictures=tuple(table["no_pictures"]),
        html=text[head.end() :],
    )


def _name(address: str) -> str:
    """Return the name of a picture's file, in whatever size and form; without one the address."""
    name = unquote(address).partition("?")[0].rpartition("/")[2].rpartition(".")[0]
    return re.sub(r"-\d+x\d+$", "", name) or address


def _collapse(text: str) -> str:
    return " ".join(text.split())


def _share(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 100.0
