"""Whatever happens to the entries of a feed: the lists around it are looked at, and suffice."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import examples
from publish.test_archive_pages_to_check import DAY, SPRING, change, entries, instants
from refeed.archive.lists import find_newest_list, find_older_lists
from refeed.archive.pages import PageLimit
from refeed.publish import lists_to_check
from refeed.store import Store

if TYPE_CHECKING:
    import pytest

LIMIT = PageLimit(entries=4, weight=None)
LEAST = 3

dates = st.one_of(instants, st.integers(SPRING, SPRING + 3 * DAY))
changes = st.dictionaries(entries, st.none() | st.tuples(dates, st.just(1)), min_size=1, max_size=5)


def update(store: Store) -> set[str]:
    """Bring the lists in line as publishing does; return what was looked at."""
    found = lists_to_check.find_lists_around(store, "all", store.changed_positions("all"))
    for page in (found.newest.page, *found.older):
        store.lists.put("all", page, b"published")
    for name in found.dropped:
        store.lists.drop_page("all", name)
    store.clear_changed_positions("all")
    return {page.name for page in found.older}


def test_an_update_of_what_changed_gives_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists_to_check, "PAGE_LIMIT", LIMIT)
    monkeypatch.setattr(lists_to_check, "LEAST_ENTRIES", LEAST)

    @settings(max_examples=examples(60))
    @given(st.lists(changes, min_size=1, max_size=6))
    def law(history: list[dict[int, tuple[int, int] | None]]) -> None:
        with closing(Store.open_copy()) as store:
            store.put_feed("all")
            store.lists.put_fingerprint("all", b"noted")
            for happened in history:
                for entry, now in happened.items():
                    change(store, entry, now)
                touched = store.changed_positions("all")
                looked_at = update(store)
                index = store.feed_index("all")
                newest = find_newest_list(index, LIMIT, LEAST)
                older = list(find_older_lists(index, LIMIT, newest))
                published = {row.page for row in store.lists.pages_from("all", None)}
                assert published == {newest.page, *older}
                for page in older:
                    changed = any(position in page.period for position in touched)
                    assert page.name in looked_at or not changed

    law()


def test_lists_lead_through_all_entries_and_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists_to_check, "PAGE_LIMIT", LIMIT)
    monkeypatch.setattr(lists_to_check, "LEAST_ENTRIES", LEAST)

    @settings(max_examples=examples(40))
    @given(st.dictionaries(entries, st.tuples(dates, st.just(1))))
    def law(present: dict[int, tuple[int, int]]) -> None:
        with closing(Store.open_copy()) as store:
            store.put_feed("all")
            for entry, now in present.items():
                change(store, entry, now)
            found = lists_to_check.find_all_lists(store, "all")
            index = store.feed_index("all")
            counts = [found.newest.entries]
            counts += [index.count(page.period, LIMIT.entries) for page in found.older]
            assert sum(counts) == len(present)
            assert counts[0] >= min(LEAST, len(present))
            assert counts[0] < LEAST + LIMIT.entries
            pages = [found.newest.page, *found.older]
            names = [page.name for page in pages]
            assert names[0] == ""
            assert len(set(names)) == len(names)
            assert [page.previous for page in pages] == [*names[1:], ""]
            assert [page.next for page in pages[1:]] == names[:-1]

    law()
