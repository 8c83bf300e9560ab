"""Generated articles in which each word is another one, and which of them have been joined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Iterator

INLINE = "span b i em a code font u small mark sup kbd x-term label".split()
BLOCK = (
    "div p section article address fieldset blockquote h2 center form main menu ul ol li dl dd "
    "figure header hgroup details summary aside search legend".split()
)
SPACE = st.sampled_from(["", "", "", " ", "\n", "\t", "\r\n", "&nbsp;", "\f", "<br>", "<wbr>"])

Tree = list["str | tuple[str, Tree]"]


def trees(tags: list[str], words: st.SearchStrategy[str]) -> st.SearchStrategy[Tree]:
    """Words, white space and elements in one another, closed as they should be."""
    leaves: st.SearchStrategy[Tree] = st.lists(st.one_of(words, SPACE), max_size=3)
    return st.recursive(
        leaves,
        lambda inner: st.lists(
            st.one_of(words, SPACE, st.tuples(st.sampled_from(tags), inner)), max_size=5
        ),
        max_leaves=20,
    )


def write(tree: Tree) -> str:
    """Return the HTML of a tree."""
    return "".join(
        part if isinstance(part, str) else f"<{part[0]}>{write(part[1])}</{part[0]}>"
        for part in tree
    )


def number_words(tree: Tree, count: Iterator[int]) -> Tree:
    """Give each word of a tree a name of its own."""
    return [
        f"w{next(count)}w"
        if part == "w"
        else part
        if isinstance(part, str)
        else (part[0], number_words(part[1], count))
        for part in tree
    ]


@st.composite
def articles(draw: st.DrawFn) -> str:
    """HTML in which each word is another one."""
    tree = draw(trees([*INLINE, *BLOCK], st.just("w")))
    return write(number_words(tree, iter(range(10_000))))


def joined_words(before: list[str], after: list[str]) -> list[str]:
    """Return what stands together after, and did not before."""
    return [word for word in after if not any(word in other for other in before)]
