"""Whatever happens to the entries of a feed: the documents around it are looked at, and suffice."""

from __future__ import annotations

from contextlib import closing

from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import examples
from refeed.archive.pages import PageLimit, find_pages
from refeed.publish import archive_pages_to_check
from refeed.store import Content, Store

SPRING = 1_711_929_600_000  # 2024-04-01T00:00:00Z
DAY = 86_400_000
LIMIT = PageLimit(entries=4, weight=16)

entries = st.integers(0, 15)
instants = st.one_of(
    st.integers(SPRING, SPRING + 2),
    st.integers(0, 12).map(lambda day: SPRING + day * DAY),
    st.integers(0, 5).map(lambda year: SPRING + year * 365 * DAY),
)
present = st.tuples(instants, st.sampled_from([1, 1, 2, 3, 8]))
changes = st.dictionaries(entries, st.none() | present, min_size=1, max_size=5)


def number(entry: int) -> int:
    """Spread small numbers over all that there are."""
    return entry << 59


def change(store: Store, entry: int, now: tuple[int, int] | None) -> None:
    store.clear_affected()
    store.mark_affected([number(entry)])
    with store.reassign():
        store.put_members([(number(entry), now[0], ["all"])] if now else [])
    if now:
        store.put_content(number(entry), b"", Content("x" * now[1], "", ""))


def update(store: Store) -> set[str]:
    """Bring the archive in line as publishing does; return what was looked at."""
    touched = store.changed_positions("all")
    found = archive_pages_to_check.find_pages_around(store, "all", touched, LIMIT)
    for page in found.pages:
        store.archives.put("all", page, b"published")
    for name in found.dropped:
        store.archives.drop_page("all", name)
    store.clear_changed_positions("all")
    return {page.name for page in found.pages}


def test_an_update_of_what_changed_gives_the_whole() -> None:
    @settings(max_examples=examples(60))
    @given(st.lists(changes, min_size=1, max_size=6))
    def law(history: list[dict[int, tuple[int, int] | None]]) -> None:
        with closing(Store.open_copy()) as store:
            store.put_feed("all")
            store.archives.put_fingerprint("all", b"noted")
            for happened in history:
                for entry, now in happened.items():
                    change(store, entry, now)
                touched = store.changed_positions("all")
                looked_at = update(store)
                whole = list(find_pages(store.feed_index("all"), LIMIT))
                assert [row.page for row in store.archives.pages_from("all", None)] == whole
                for page in whole:
                    changed = any(position in page.period for position in touched)
                    assert page.name in looked_at or not changed

    law()
