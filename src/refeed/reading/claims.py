"""What a file claims about an article, as the reader of its format found it; unchecked."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from refeed.model import CarriedPicture
    from refeed.pictures.identify import Picture

Claim: TypeAlias = tuple[str, str]
"""A text, and by which rule it was found."""


class Record(NamedTuple):
    """The claims about one article. In each tuple the most trusted comes first.

    Attributes:
        html: the body; with `find_body` what it is found in, or "" if that is a parsed page.
        urls: addresses.
        titles: titles.
        strong_dates: the header's epoch and the dates of front matter.
        weak_dates: other dates of publication.
        late_dates: when the article was changed or saved, which is never before it was published.
        authors: bylines, each of which may name several people.
        tags: labels, all of which count.
        base: what the body's relative addresses are relative to, "" for the article's address.
        find_body: returns the body where finding it takes long, as in a saved page: it is used in
            the place of `html`. All else that is known of the article is claimed without it.
        guess_date: returns a date that nothing marks as the article's, as `YYYY-MM-DD`, or "". It
            is asked for where there is no better one.
        format: which form of text the file has, for files that `refeed.reading.text_files` reads;
            the others have their reader's name.
        identity: the address-like text that stands for an article without an address, see
            `refeed.identity.key_of`; "" where there is none.
        language: a BCP 47 tag, or "".
        site: the name of the site or newsletter, or "".
        pictures: those that the file carries, or that lie beside it: then with no size.
        carried: what these are by their bytes, by the references that the body has to them; but not
            those in `data:` addresses or beside the file.
        keeps_fragment: whether the address's fragment is a part of the article's identity, as in
            the permalinks of a link blog.
        values: the scalars of front matter, plain texts by normalized keys, for what is made of
            them: the address in a folder of posts. Empty where the file names its address in the
            native format's header.
        is_listing: whether it is a page that lists articles, as the front page of a site: that is
            none if it was saved with the site.
        missing_url: why there is no address, for the one who has to mend that.
    """

    html: str
    urls: tuple[Claim, ...]
    titles: tuple[Claim, ...] = ()
    strong_dates: tuple[Claim, ...] = ()
    weak_dates: tuple[Claim, ...] = ()
    late_dates: tuple[Claim, ...] = ()
    authors: tuple[tuple[tuple[str, ...], str], ...] = ()
    tags: tuple[Claim, ...] = ()
    base: str = ""
    find_body: Callable[[], str] | None = None
    guess_date: Callable[[], str] | None = None
    format: str = ""
    identity: str = ""
    language: str = ""
    site: str = ""
    pictures: tuple[CarriedPicture, ...] = ()
    carried: Mapping[str, Picture] = MappingProxyType({})
    keeps_fragment: bool = False
    values: Mapping[str, str] = MappingProxyType({})
    missing_url: str = ""
    is_listing: bool = False
