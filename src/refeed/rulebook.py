"""The rules that articles are cleaned by: what refeed ships and what the operator adds."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Literal, cast

from refeed import rules as shipped
from refeed.cleaning import Rules
from refeed.cleaning.boilerplate import boilerplate_rules
from refeed.cleaning.images import ImageRules
from refeed.cleaning.operator_rules import OperatorRules
from refeed.cleaning.trackers import tracker_rules
from refeed.config import cleaning_fingerprint, rule_for
from refeed.identity import source_of

if TYPE_CHECKING:
    from refeed.config import Config


class Rulebook:
    """The rules of one configuration; what a source needs is made when it is asked for."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._rules: dict[str, Rules] = {}
        self._fingerprints: dict[str, bytes] = {}
        steps = config.cleaning
        links = shipped.link_rules(steps.strip_parameters, steps.keep_parameters)
        self._links = links if steps.links else None
        self._images = (
            None
            if config.images.mode == "keep"
            else ImageRules(
                cast("Literal['origin', 'proxy']", config.images.mode),
                links.images,
                config.images.template,
            )
        )
        self._trackers = tracker_rules(shipped.table("trackers")) if steps.trackers else None
        self._boilerplate = (
            boilerplate_rules(shipped.table("boilerplate")) if steps.boilerplate else None
        )

    def shown_link(self, url: str) -> str:
        """Return an article's address as it is published: with nothing but tracking removed."""
        return self._links.tracking.strip(url).url if self._links else url

    def rules_for(self, source: str) -> Rules:
        """Return what an article of this source is cleaned by."""
        if source not in self._rules:
            own = rule_for(self._config, source)
            operator = OperatorRules(own.drop, own.drop_text, own.keep)
            self._rules[source] = Rules(
                structure=self._config.cleaning.structure,
                images=self._images,
                links=self._links,
                trackers=self._trackers,
                boilerplate=self._boilerplate,
                operator=operator if operator != OperatorRules() else None,
            )
        return self._rules[source]

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

    def content_fingerprint(self, key: str, url: str, digest: bytes, record: int) -> bytes:
        """Return a digest of all that the cleaned content of a snapshot depends on.

        Args:
            key: of its article.
            url: its own.
            digest: of the bytes of its file.
            record: which of the records in the file.
        """
        parts = repr((digest, record, url, self.fingerprint_for(source_of(key))))
        return blake2b(parts.encode("utf-8", "surrogatepass"), digest_size=16).digest()


@lru_cache(maxsize=4)
def rulebook(config: Config) -> Rulebook:
    """Return the rules of a configuration, the same ones for the same configuration."""
    return Rulebook(config)
