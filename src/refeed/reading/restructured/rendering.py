"""Makes HTML of reStructuredText, by docutils."""

from __future__ import annotations

import re
from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.core import publish_parts
from docutils.parsers.rst import Directive, directives, roles
from docutils.parsers.rst.languages import en

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 300_000
"""Characters. A longer body is published as plain text, in paragraphs."""

_MOST_WORK = 4_000_000
"""The squares of the marks in each paragraph, together: docutils takes as long. Articles have a
hundredth of it."""

# No file is read, no HTML is taken as it is, and faults of the text are not told in it.
_SETTINGS = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": 5,
    "halt_level": 5,
    "_disable_config": True,
    "embed_stylesheet": False,
    "image_loading": "link",
    "warning_stream": False,
    "syntax_highlight": "none",
    "math_output": "LaTeX",
    "doctitle_xform": False,
    "docinfo_xform": False,
    "initial_header_level": 2,
    "input_encoding": "unicode",
    "line_length_limit": 100_000,
    "id_prefix": "",
    "smart_quotes": False,
}
_DIRECTIVE = re.compile(r"^[ \t]*\.\. ([A-Za-z][\w+.:-]{0,40}?)::(?=\s|$)", re.MULTILINE)
_ROLE = re.compile(r":([A-Za-z][\w+.:-]{0,40}?):(?=`)")
_MOST_NAMES = 200
_MARK = re.compile(r"[*`|_\[]")
_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
_TARGET = re.compile(r"\A(.*?)\s*<[^<>]*>\Z", re.DOTALL)


def render(body: str) -> str:
    """Return the HTML of a body in reStructuredText.

    Directives and roles of other programs, as Sphinx has them, are reduced to what they hold. What
    is too long or nests too deep is shown as it is.
    """
    if len(body) > LONGEST or _count_work(body) > _MOST_WORK:
        return _show_source(body)
    try:
        with _know_names(body):
            parts = publish_parts(
                body, writer="html5", settings_overrides=_SETTINGS, enable_exit_status=False
            )
    except RecursionError:
        return _show_source(body)
    html: str = parts["body"]
    return html.strip()


class _Options(dict[str, Any]):
    """The options of a directive that docutils doesn't know: any."""

    def __missing__(self, _: str) -> Any:  # noqa: ANN401 - the library's type
        return directives.unchanged

    def __bool__(self) -> bool:
        return True


class _Holder(Directive):  # type: ignore[misc]  # docutils has no types
    """A directive of another program: a container of what it holds."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = _Options()

    def run(self) -> list[nodes.Node]:
        """Return the content, parsed."""
        holder = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, holder)
        return [holder] if len(holder) else []


def _show_text(*call: Any, **_: Any) -> tuple[list[nodes.Node], list[nodes.Node]]:  # noqa: ANN401 - the library's call
    """Return the text of a role of another program, without its target."""
    text = nodes.unescape(call[2])
    target = _TARGET.match(text)
    return [nodes.Text(target[1] if target and target[1] else text)], []


@contextmanager
def _know_names(body: str) -> Iterator[None]:
    """Have docutils know the directives and roles of a body that are of other programs."""
    known = {*en.directives, *directives._directives}  # noqa: SLF001 - it has no other list
    found = dict.fromkeys(name.lower() for name in _DIRECTIVE.findall(body))
    added = [name for name in found if name not in known][:_MOST_NAMES]
    known_roles = {*en.roles, *roles._roles, *roles._role_registry}  # noqa: SLF001
    used = dict.fromkeys(name.lower() for name in _ROLE.findall(body))
    added_roles = [name for name in used if name not in known_roles][:_MOST_NAMES]
    for name in added:
        directives.register_directive(name, _Holder)
    for name in added_roles:
        roles.register_local_role(name, _show_text)
    try:
        yield
    finally:
        for name in added:
            directives._directives.pop(name, None)  # noqa: SLF001
        for name in added_roles:
            roles._roles.pop(name, None)  # noqa: SLF001


def _count_work(body: str) -> int:
    return sum(len(_MARK.findall(part)) ** 2 for part in _PARAGRAPHS.split(body))


def _show_source(body: str) -> str:
    parts = _PARAGRAPHS.split(body)
    return "\n".join(
        f"<p>{escape(part.strip(), quote=False)}</p>" for part in parts if part.strip()
    )
