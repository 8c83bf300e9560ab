"""Lists of links to other articles of the site, known by how they are built.

Articles are made of links, too: digests, parts of a series, sources. So a list goes only if each
item is one link that leads to an article of the site and reads like a title, and if enough of an
article is left.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from refeed.cleaning.boilerplate.evidence import SAYS_NOTES
from refeed.cleaning.boilerplate.line_rules import Labels, trim
from refeed.cleaning.element_kinds import is_dense

if TYPE_CHECKING:
    from refeed.cleaning.boilerplate.article_lines import ArticleLine, ArticleLines
    from refeed.cleaning.boilerplate.article_links import ArticleLinks
    from refeed.cleaning.boilerplate.line_rules import LineRules

RULE = "related articles"
_LARGEST_SHARE = 0.3
_LARGEST_LABELLED_SHARE = 0.75
_DIGEST = 5
_TEXT_BETWEEN_LABELS = 600
_FEWEST_LABELS = 2
_SHORTEST_LABEL = 4
_LONGEST_TITLE = 250
_LONGEST_LABEL = 60
_LONG_TITLE = 24
_WORDS = 2
_DENSE_TITLE = 6
_LETTERS = re.compile(r"[^\W\d_]")
_LABELLED = re.compile(r"\W*(.{2,60}?)\s?[:|：](?=\s?\S)")
"""A label with what it labels: `READ ALSO: …`, `[See also | …]`."""
_NO_TITLE = re.compile(
    r"\W*(?:#|@|https?:|www\.)|.*。$|.*(?<![.…])\.\W*$|[\W\d]*$"
    # Brackets around it, or a part of something.
    r"|[(（\[].*[)）\]]$|.*[(（](?:[上中下一二三四五六七八九十]|\d{1,2}|[IVX]{1,4})[)）]\W*$"
    r"|.*\b(?:part|teil|partie|parte|deel|del|część|часть|bölüm|bagian)\W+(?:\d|[ivx]+\b|one\b|two\b|three\b)",
    re.IGNORECASE,
)


@dataclass
class _Run:
    """Neighbouring lines that are links, and the label over them."""

    lines: list[ArticleLine] = field(default_factory=list)
    before: ArticleLine | None = None
    after: ArticleLine | None = None
    label: ArticleLine | None = None
    is_labelled: bool = False

    @property
    def all_lines(self) -> list[ArticleLine]:
        return [*([self.label] if self.label else []), *self.lines]

    @property
    def length(self) -> int:
        return sum(len(line.text) for line in self.all_lines)


def remove(article: ArticleLines, links: ArticleLinks, rules: LineRules) -> None:
    """Take out the lists of related articles, each with its label."""
    if own := _find_own_labels(article, links):
        rules = replace(rules, related=Labels(rules.related.phrases | own))
    runs = _find_runs(article, links, rules)
    if not runs:
        return
    for run in runs:
        _find_label(run, rules)
    unlabelled = [run for run in runs if not run.is_labelled]
    is_digest = len(unlabelled) >= _DIGEST or any(
        run.before is None and run.after is not None for run in unlabelled
    )
    labelled = [run for run in runs if run.is_labelled]
    for chosen, share in (
        (runs, _LARGEST_SHARE),
        (labelled, _LARGEST_LABELLED_SHARE),
        ([run for run in runs if article.is_last(run.lines[-1])], _LARGEST_SHARE),
    ):
        going = [
            run
            for run in chosen
            if (run.is_labelled or not is_digest) and _may_go(run, article, links)
        ]
        length = sum(run.length for run in going)
        if going and length <= article.whole * share and article.is_enough(article.length - length):
            for run in going:
                article.remove(run.all_lines, RULE)
            return


def _find_own_labels(article: ArticleLines, links: ArticleLinks) -> set[str]:
    """Return labels in capitals that several links in the midst of a text begin with.

    They are labels of such links in a language that has no phrases. A digest has more of them.
    """
    most = article.length // _TEXT_BETWEEN_LABELS
    if most < _FEWEST_LABELS:
        return set()
    labels = Counter(
        trim(labelled[1])
        for line in article.left
        if len(line.links) == 1
        and line.text[:_SHORTEST_LABEL].isupper()
        and (labelled := _LABELLED.match(line.text)) is not None
        and labelled[1].isupper()
        and " " in labelled[1].strip()
        and trim(line.outside) in {"", trim(labelled[1])}
        and links.leads_to_another(line.targets[0])
    )
    return {label for label, count in labels.items() if _FEWEST_LABELS <= count <= most}


def _find_runs(article: ArticleLines, links: ArticleLinks, rules: LineRules) -> list[_Run]:
    lines = article.left
    are_links = [_is_title(line, links, rules) for line in lines]
    if True not in are_links:
        return []
    lists = {line.outermost_list for line, is_link in zip(lines, are_links, strict=True) if is_link}
    lists -= {None}
    mixed = {
        line.outermost_list
        for line, is_link in zip(lines, are_links, strict=True)
        if lists and not is_link and line.outermost_list in lists and _LETTERS.search(line.text)
    }
    runs: list[_Run] = []
    before: ArticleLine | None = None
    is_open = False
    for line, is_link in zip(lines, are_links, strict=True):
        if is_link and line.outermost_list not in mixed:
            if not is_open:
                runs.append(_Run(before=before))
                is_open = True
            runs[-1].lines.append(line)
        elif is_open and line.outermost_list is not None and _ends_in(runs[-1], line):
            runs[-1].lines.append(line)  # a date, which has no letters
        else:
            if is_open:
                runs[-1].after = line
            is_open = False
        before = line
    return [run for run in runs if not _is_heading_of_a_part(run)]


def _ends_in(run: _Run, line: ArticleLine) -> bool:
    return run.lines[-1].outermost_list is line.outermost_list


def _is_heading_of_a_part(run: _Run) -> bool:
    """Tell whether a heading that is a link has text below it, as in a digest."""
    return run.after is not None and len(run.lines) == 1 and run.lines[0].is_heading


def _is_title(line: ArticleLine, links: ArticleLinks, rules: LineRules) -> bool:
    """Tell whether a line is one link to another article, with a label at most beside it."""
    if len(line.text) > _LONGEST_TITLE or not line.links:
        return False
    targets = line.targets
    if len(targets) != 1 or not links.leads_to_another(targets[0]):
        return False
    outside = line.outside
    if not line.may_be_furniture:
        return line.is_quotation and _says_its_label(line.text, rules)
    if _LETTERS.search(outside):
        return rules.related.name(outside)
    return _says_its_label(line.text, rules) or _reads_like_a_title(line.text)


def _says_its_label(text: str, rules: LineRules) -> bool:
    """Tell whether a link begins with the label of such links."""
    labelled = _LABELLED.match(text)
    return labelled is not None and trim(labelled[1]) in rules.related.phrases


def _reads_like_a_title(text: str) -> bool:
    if _NO_TITLE.match(text):
        return False
    if is_dense(text):
        return len(text) >= _DENSE_TITLE
    return len(text.split()) >= _WORDS


def _find_label(run: _Run, rules: LineRules) -> None:
    if all(rules.related.name(line.outside) for line in run.lines if line.outside):
        run.is_labelled = any(
            _LETTERS.search(line.outside) or _says_its_label(line.text, rules) for line in run.lines
        )
    label = run.before
    if label is None or len(label.text) > _LONGEST_LABEL:
        return
    if label.links and not rules.related.name(label.outside):
        return
    if rules.related.name(label.text):
        run.label, run.is_labelled = label, True
    elif SAYS_NOTES.match(label.text) or label.text.endswith((":", "：")):
        return
    elif label.is_bold or (label.is_heading and run.after is None):
        run.label = label


def _may_go(run: _Run, article: ArticleLines, links: ArticleLinks) -> bool:
    if _is_announced(run):
        return False
    targets = [line.targets[0] for line in run.lines if line.targets]
    if sum(map(links.is_of_the_same_series, targets)) * 2 > len(targets):
        return False
    return run.is_labelled or _stands_apart(run, article)


def _is_announced(run: _Run) -> bool:
    """Tell whether the article itself leads up to the links, by a heading or a colon."""
    before = run.before
    if before is None or run.label is not None:
        return False
    return (
        before.text.endswith((":", "："))
        or SAYS_NOTES.match(before.text) is not None
        or (before.is_heading and not run.is_labelled)
    )


def _stands_apart(run: _Run, article: ArticleLines) -> bool:
    """Tell whether links without a label are blocks of their own, and no series."""
    edges = [edge for edge in (run.before, run.after) if edge is not None]
    holders = {line.line.holder for line in run.lines}
    if any(edge.line.holder in holders for edge in edges) or _is_a_series(run):
        return False
    if len(run.lines) > 1:
        return True
    title = run.lines[0].text
    is_long = is_dense(title) or len(title) >= _LONG_TITLE
    # One that stands beside links to other sites is one of the author's.
    return (
        is_long and article.is_enough((article.length - 1) // 2) and not any(map(_is_link, edges))
    )


def _is_link(line: ArticleLine) -> bool:
    return bool(line.links) and not _LETTERS.search(line.outside)


def _is_a_series(run: _Run) -> bool:
    """Tell whether all titles begin alike, as those of parts do."""
    titles = [line.text.lower() for line in run.lines if line.targets]
    if len(titles) < 2:  # noqa: PLR2004 - one has nothing to be like
        return False
    first, last = min(titles), max(titles)
    shorter = min(len(first), len(last))
    pairs = zip(first, last, strict=False)
    same = next((at for at, (one, other) in enumerate(pairs) if one != other), shorter)
    return same >= shorter / 2
