"""Of the pictures that are alike one is chosen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from refeed.web_pictures.catalogue import LikePicture, StoredPicture
from refeed.web_pictures.store import choose_picture

PICTURES = st.builds(
    LikePicture,
    st.sampled_from(
        ["https://a.example/x.jpg", "http://a.example/x.jpg", "https://a.example/y.jpg"]
    ),
    st.builds(
        StoredPicture,
        st.sampled_from(["1.jpg", "2.jpg", "3.jpg"]),
        st.integers(1, 3),
        st.integers(1, 3),
        st.integers(1, 3),
    ),
)


@given(st.lists(PICTURES), st.randoms())
def test_the_choice_does_not_depend_on_the_order(alike: list[LikePicture], random: object) -> None:
    shuffled = sorted(alike, key=lambda _: random.random())  # type: ignore[attr-defined]
    url = "https://a.example/x.jpg"
    assert choose_picture(url, alike) == choose_picture(url, shuffled)


@given(st.lists(PICTURES, min_size=1))
def test_an_address_shows_its_own_picture_if_there_is_one(alike: list[LikePicture]) -> None:
    url = "https://a.example/x.jpg"
    own = {each.picture for each in alike if each.url == url}
    assert not own or choose_picture(url, alike) in own
