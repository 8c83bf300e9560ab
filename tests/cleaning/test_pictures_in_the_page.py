from __future__ import annotations

from refeed.cleaning import Rules, explain

URL = "https://example.org/a/"


def test_a_picture_in_the_page_itself_is_named_where_it_goes() -> None:
    picture = "data:image/jpeg;base64," + "A" * 4000
    html, edits = explain(f'<p>a</p><img src="{picture}" alt="b"><img src="data:,">', URL, Rules())
    assert html == "<p>a</p>"
    assert [edit.rule for edit in edits] == ["picture in the page itself", "image without address"]
