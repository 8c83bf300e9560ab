from __future__ import annotations

import pytest

from refeed.errors import SnapshotError
from refeed.reading import read

URL = "https://example.org/lock"
ADDRESS_KEYS = """
    url link from source canonical canonical_url canonicalURL canonical-url original_url externalUrl
    external-url permalink source_url sourceURL href URL Link
""".split()
DATE_KEYS = """
    date published datetime timestamp pubDate
    pubdate publish_date publishDate date_published published_at created
    date_created created_at date_saved saved lastmod updated last_modified modified added archived
""".split()


def read_one(front_matter: str) -> tuple[str, str]:
    data = f"{front_matter}\n\n<p>The lock gates open at six.</p>\n".encode()
    (snapshot,) = read(data, path="a.md", modified=7, timezones={}).snapshots
    return snapshot.url, snapshot.origins.instant


@pytest.mark.parametrize("key", ADDRESS_KEYS)
@pytest.mark.parametrize(
    "form",
    [
        "---\n{0}: {1}\n---",
        '+++\n{0} = "{1}"\n+++',
        '+++\n[params]\n{0} = "{1}"\n+++',
        '{{"{0}": "{1}"}}',
    ],
)
def test_an_address_is_found_under_every_usual_key(form: str, key: str) -> None:
    assert read_one(form.format(key, URL)) == (URL, "file time")


@pytest.mark.parametrize("key", DATE_KEYS)
@pytest.mark.parametrize(
    "form",
    [
        "---\nurl: {0}\n{1}: 2024-03-04T22:15:00Z\n---",
        '+++\nurl = "{0}"\n{1} = 2024-03-04T22:15:00Z\n+++',
        '{{"url": "{0}", "{1}": "2024-03-04T22:15:00Z"}}',
    ],
)
def test_a_date_is_found_under_every_usual_key(form: str, key: str) -> None:
    assert read_one(form.format(URL, key)) == (URL, "front matter")


@pytest.mark.parametrize("key", ["permalink", "href", "external-url"])
def test_an_address_that_is_not_absolute_is_none(key: str) -> None:
    with pytest.raises(SnapshotError, match="is not absolute: /lock"):
        read_one(f"---\n{key}: /lock\n---")
