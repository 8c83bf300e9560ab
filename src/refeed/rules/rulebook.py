"""The rules that articles are cleaned by: those that refeed ships and the operator's own.

A caller that needs only fingerprints, such as a rebuild with nothing changed, loads no cleaning.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Literal

from refeed import rules as shipped
from refeed.config import cleaning_fingerprint, rule_for
from refeed.identity import entry_id, is_opaque, source_of
from refeed.render.formats import HTML, name_article_folder

if TYPE_CHECKING:
    from refeed.cleaning import Rules
    from refeed.cleaning.learned_lines import LearnedLineRules
    from refeed.config import Config
    from refeed.urls import LinkRules, Rewritten


class Rulebook:
    """The rules of one configuration; those of a source are built when they are first needed."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._rules: dict[str, Rules] = {}
        self._fingerprints: dict[str, bytes] = {}

    def clean_address(self, url: str) -> Rewritten:
        """Clean an article's address for publishing: past redirectors, without tracking.

        Of an article without an address it is "".
        """
        from refeed.urls import Rewritten, clean_address

        if is_opaque(url):
            return Rewritten("")
        return clean_address(url, self._links) if self._config.cleaning.links else Rewritten(url)

    def find_link(self, key: str, url: str) -> str:
        """Return the link of an entry: its address cleaned, or else that of its own page.

        It is "" where there is neither. An article without an address has a page wherever there are
        pages at all.

        Args:
            key: the entry's.
            url: of its snapshot.
        """
        if not is_opaque(url):
            return self.clean_address(url).url
        if HTML.name not in self._config.formats:
            return ""
        return f"{self._config.base_url}{name_article_folder(entry_id(key))}/"

    def rules_for(self, source: str) -> Rules:
        """Return the rules for articles of a source."""
        if source not in self._rules:
            from refeed.cleaning.operator_rules import OperatorRules

            own = rule_for(self._config, source)
            operator = OperatorRules(own.drop, own.drop_text, own.keep, own.always)
            rules = self._common
            if operator != OperatorRules():
                rules = replace(rules, operator=operator)
            if not self.learns(source):
                rules = replace(rules, learning=None)
            elif own.never:
                rules = replace(rules, learning=self._build_learning(own.never))
            self._rules[source] = rules
        return self._rules[source]

    def learns(self, source: str) -> bool:
        """Tell whether boilerplate is learned from the articles of a source."""
        return self._config.cleaning.learn and rule_for(self._config, source).learn

    def _build_learning(self, never: tuple[str, ...] = ()) -> LearnedLineRules:
        from refeed.cleaning.learned_lines import learned_line_rules

        return learned_line_rules(shipped.table("learning"), never)

    @cached_property
    def _links(self) -> LinkRules:
        steps = self._config.cleaning
        return shipped.link_rules(steps.strip_parameters, steps.keep_parameters)

    @cached_property
    def _common(self) -> Rules:
        """The rules for sources without rules of their own."""
        from refeed.cleaning import Rules
        from refeed.cleaning.images.proxies import ImageRules
        from refeed.cleaning.trackers import tracker_rules

        steps, images = self._config.cleaning, self._config.images
        mode: Literal["origin", "proxy"] = "proxy" if images.mode == "proxy" else "origin"
        return Rules(
            structure=steps.structure,
            images=(
                None
                if images.mode == "keep"
                else ImageRules(mode, self._links.images, images.template)
            ),
            links=self._links if steps.links else None,
            trackers=tracker_rules(shipped.table("trackers")) if steps.trackers else None,
            boilerplate=shipped.boilerplate_rules() if steps.boilerplate else None,
            learning=self._build_learning() if steps.learn else None,
        )

    def fingerprint(self) -> str:
        """Return a digest of all that can change how any article is cleaned."""
        sources = sorted({"", *(rule.source for rule in self._config.rules)})
        return b"".join(map(self.fingerprint_for, sources)).hex()

    def fingerprint_for(self, source: str) -> bytes:
        """Return a digest of all that can change how an article of this source is cleaned."""
        if source not in self._fingerprints:
            parts = cleaning_fingerprint(self._config, source) + shipped.fingerprint()
            self._fingerprints[source] = blake2b(parts.encode(), digest_size=16).digest()
        return self._fingerprints[source]

    def content_fingerprint(
        self, key: str, url: str, path: str, digest: bytes, record: int
    ) -> bytes:
        """Return a digest of all that the cleaned content of a snapshot depends on.

        Args:
            key: of its article.
            url: its own.
            path: of its file, relative to the seeds folder: how it is read may depend on its name.
            digest: of the bytes of its file.
            record: which of the records in the file.
        """
        parts = repr((path, digest, record, url, self.fingerprint_for(source_of(key))))
        return blake2b(parts.encode("utf-8", "surrogatepass"), digest_size=16).digest()


@lru_cache(maxsize=4)
def rulebook(config: Config) -> Rulebook:
    """Return the rules of a configuration, the same ones for the same configuration."""
    return Rulebook(config)
