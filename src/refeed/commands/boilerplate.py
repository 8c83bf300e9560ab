"""`refeed boilerplate`: what was learned from the articles of each source."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from refeed.archive.windows import find_windows
from refeed.errors import RefeedError
from refeed.learning.feature import Kind, line_half, split_class_key, unpack
from refeed.progress import UNWATCHED
from refeed.publish.context import build_dry_context
from refeed.publish.learn import Learner, SourceWindow, learn
from refeed.render.dates import format_rfc3339
from refeed.seeds.changes import find_changes
from refeed.store import Store
from refeed.sync.first_seen import load_first_seen
from refeed.sync.index import index, prepare
from refeed.sync.state import index_path
from refeed.workers.learning_jobs import name_features
from refeed.workers.pool import Workers, usable_cores

if TYPE_CHECKING:
    from collections.abc import Mapping

    from refeed.config import Config
    from refeed.learning.verdicts import Verdict
    from refeed.publish.context import PublishContext
    from refeed.store import EntryRow

_EXAMPLES: Final = 3


class _Block(NamedTuple):
    """What was learned, and the articles that hold it, newest first."""

    verdict: Verdict
    holders: list[EntryRow]


def boilerplate(config: Config, source: str | None) -> list[dict[str, Any]]:
    """Return what was learned, as plain values: for each source its blocks.

    Nothing is written: what the index does not know yet is read into a copy of it.

    Args:
        config: what articles are read and cleaned by.
        source: a host; all sources if it is None.

    Raises:
        RefeedError: there is no such source, or nothing is learned.
        FolderError: a seeds folder isn't there.
    """
    if not config.cleaning.learn:
        raise RefeedError("nothing is learned", hint="Set learn = true in [cleaning].")
    with (
        closing(Store.open_copy(index_path(config))) as store,
        Workers(config, usable_cores(), is_guarded=True) as workers,
    ):
        dates = load_first_seen(config)
        prepare(config, store, dates)
        changes = find_changes(config, store, None)
        index(config, store, workers, changes, UNWATCHED, dates=dates, is_dry_run=True)
        context = build_dry_context(config, store, workers)
        learn(context)
        hosts = {host: number for number, host, _ in store.learned_periods()}
        if source is not None and source not in hosts:
            raise RefeedError(
                f"nothing was looked at from {source}", hint=f"Known: {', '.join(sorted(hosts))}."
            )
        return [
            _describe_source(context, host, hosts[host])
            for host in sorted(hosts)
            if source in (None, host)
        ]


def _describe_source(context: PublishContext, host: str, source: int) -> dict[str, Any]:
    found, articles = _find_blocks(context, source)
    texts = _find_texts(context, found)
    blocks: list[dict[str, Any]] = [
        {
            "text": texts.get(key, ""),
            "kind": block.verdict.kind.name.lower(),
            "place": block.verdict.place,
            "support": block.verdict.support,
            "articles": block.verdict.articles,
            "since": format_rfc3339(block.holders[-1].published),
            "examples": [row.path for row in block.holders[:_EXAMPLES]],
        }
        for key, block in found.items()
    ]
    blocks.sort(key=lambda block: (-block["support"], block["text"], block["kind"]))
    return {"source": host, "articles": articles, "blocks": blocks}


def _find_blocks(context: PublishContext, source: int) -> tuple[dict[int, _Block], int]:
    """Return what was learned of a source by keys, and how many articles were looked at."""
    learner, store = Learner(context), context.store
    entries = store.source_entries(source)
    found: dict[int, tuple[Verdict, set[int]]] = {}
    seen: set[int] = set()
    for number, _, period in store.learned_periods():
        if number != source:
            continue
        for window in find_windows(period, entries, context.minimums.period_articles):
            verdicts = learner.find_verdicts(SourceWindow(source, window))
            for key, verdict in verdicts.items():
                known, holders = found.get(key, (verdict, set()))
                found[key] = max(known, verdict, key=lambda each: each.support), holders
            for part in window.parts:
                for article in store.features_within(source, part):
                    seen.add(article.entry)
                    for feature in unpack(article.features or b""):
                        if feature >> 8 in verdicts:
                            found[feature >> 8][1].add(article.entry)
    rows = {row.entry: row for row in store.entries(sorted(seen))}

    def newest_first(entry: int) -> tuple[int, int]:
        return -rows[entry].published, entry

    return {
        key: _Block(verdict, [rows[each] for each in sorted(holders, key=newest_first)])
        for key, (verdict, holders) in found.items()
    }, len(seen)


def _find_texts(context: PublishContext, found: Mapping[int, _Block]) -> dict[int, str]:
    """Return what was learned as text: from the newest article that holds it."""
    newest = {block.holders[0].entry: block.holders[0] for block in found.values()}
    texts: dict[int, str] = {}
    results = context.workers.map(
        name_features,
        newest.values(),
        fallback=lambda *_: {},
        files=lambda row: ((row.seed, row.path),),
    )
    named = {row.entry: names for row, names in results}
    for key, block in found.items():
        names = named[block.holders[0].entry]
        if block.verdict.kind is Kind.CLASS:
            half = split_class_key(key)[1]
            lines = (text for line, text in names.items() if line_half(line) == half)
            texts[key] = next(lines, "")
        else:
            texts[key] = names.get(key, "")
    return texts
