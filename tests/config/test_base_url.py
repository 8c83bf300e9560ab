"""`base_url` follows the address to listen at, as long as nobody states it."""

from __future__ import annotations

from pathlib import Path

import pytest

from refeed.config import derive_base_url, find_base_url_problem, load, parse

SECRET = "3kTz0QmB7vYw1LxA"  # noqa: S105 - of these tests only
DEFAULT = "http://127.0.0.1:8080/"
OTHER = "feeds name another address than they are served at; set base_url"
LOCAL = "feeds name an address that only this machine reaches; set base_url for others"


@pytest.mark.parametrize(
    ("listen", "base_url", "problem"),
    [
        ("9102", "http://127.0.0.1:9102/", ""),
        ("localhost:9102", "http://localhost:9102/", ""),
        ("feeds.example.org:80", "http://feeds.example.org/", ""),
        ("[::1]:9102", "http://[::1]:9102/", ""),
        ("0.0.0.0:9102", "http://127.0.0.1:9102/", LOCAL),
        ("[::]:9102", "http://[::1]:9102/", LOCAL),
        ("[fe80::1%eth0]:9102", DEFAULT, OTHER),
        ("127.0.0.1:0", DEFAULT, OTHER),
        ("unix:/run/refeed.sock", DEFAULT, OTHER),
    ],
)
def test_it_is_where_the_feeds_are_served(listen: str, base_url: str, problem: str) -> None:
    config = parse({"server": {"listen": listen}}, base=Path("/b"))
    assert config.base_url == base_url
    assert find_base_url_problem(config, ["somewhere"]) == problem
    assert find_base_url_problem(config, []) == ""
    assert find_base_url_problem(config, ["somewhere"], inherited=True) == OTHER
    assert find_base_url_problem(config, [base_url], inherited=True) == ""


def test_one_that_is_stated_stays_whatever_is_listened_at() -> None:
    table = {"base_url": "https://feeds.example.org", "server": {"listen": "0.0.0.0:9102"}}
    config = parse(table, base=Path("/b"))
    assert config.base_url == "https://feeds.example.org/"
    assert find_base_url_problem(config, ["http://127.0.0.1:9102/"]) == ""


def test_it_has_the_secret_that_the_server_wants() -> None:
    server = {"listen": "9102", "secret_path": SECRET}
    config = parse({"server": server}, base=Path("/b"))
    assert config.base_url == f"http://127.0.0.1:9102/{SECRET}/"
    assert config.base_url == derive_base_url(config.server)


def test_it_follows_the_command_line_and_the_environment(tmp_path: Path) -> None:
    environment = {"REFEED_SERVER_LISTEN": "9102"}
    by_variable = load(None, environment=environment, working_directory=tmp_path)
    by_option = load(None, environment=environment, working_directory=tmp_path, listen="9103")
    assert by_variable.base_url == "http://127.0.0.1:9102/"
    assert by_option.base_url == "http://127.0.0.1:9103/"


def test_whether_it_is_served_by_refeed_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "refeed.toml").write_text('[server]\nlisten = "9102"\n', encoding="utf-8")
    served = load(None, environment={}, working_directory=tmp_path)
    not_served = load(None, environment={}, working_directory=tmp_path, no_server=True)
    assert served.base_url == not_served.base_url == "http://127.0.0.1:9102/"
