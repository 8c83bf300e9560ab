"""How much must recur before it is learned."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Minimums:
    """The minimums of `rules/learning.toml`.

    Attributes:
        period_articles: the most articles of a period; its neighbours are added up to as many.
        support: in how many articles a line must stand.
        near_edge_percent: how many percent of these must have it near the same edge.
        prose_support: in how many articles prose without a link must stand.
        each_support: in how many articles a link, class or decoration must stand that stands in
            each.
        each_prose_support: likewise, prose without a link.
        anywhere_percent: what stands in so many percent of all articles goes wherever it stands.
        common_percent: what stands in so many percent of all articles is common.
        class_support: in how many articles a class must say the same.
        class_percent: how many percent of those that have the class.
        image_support: in how many articles an image must stand.
        decoration_support: likewise, of an image that is called decoration.
    """

    period_articles: int
    support: int
    near_edge_percent: int
    prose_support: int
    each_support: int
    each_prose_support: int
    anywhere_percent: int
    common_percent: int
    class_support: int
    class_percent: int
    image_support: int
    decoration_support: int

    def for_each(self) -> Minimums:
        """Return what must recur of what stands in each article, be they few."""
        return replace(
            self,
            support=self.each_support,
            prose_support=self.each_prose_support,
            class_support=self.each_support,
            decoration_support=self.each_support,
        )
