"""Escapes strings for XML.

Characters that XML forbids are dropped before, by `refeed.text.xml_chars.drop_forbidden`.
"""

from __future__ import annotations


def escape_text(value: str) -> str:
    """Escape the text of an element.

    A carriage return is written as a reference, since a parser turns a bare one into a line feed.
    References are hexadecimal, as the RSS Best Practices Profile asks for plain text.
    """
    return (
        value.replace("&", "&#x26;")
        .replace("<", "&#x3C;")
        .replace(">", "&#x3E;")
        .replace("\r", "&#xD;")
    )


def escape_attribute(value: str) -> str:
    """Escape the value of an attribute in double quotes.

    Tabs and line ends are written as references, since a parser turns bare ones into blanks.
    """
    return escape_text(value).replace('"', "&#x22;").replace("\t", "&#x9;").replace("\n", "&#xA;")


def write_cdata(value: str) -> str:
    """Write the text of an element unescaped: smaller and quicker than references.

    The end mark of a section and carriage returns are put between two sections.
    """
    section = value.replace("]]>", "]]]]><![CDATA[>")
    if "\r" in section:
        section = section.replace("\r", "]]>&#xD;<![CDATA[")
    return f"<![CDATA[{section}]]>"
