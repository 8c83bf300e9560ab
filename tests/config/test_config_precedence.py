from __future__ import annotations

from pathlib import Path

import pytest

from refeed.config import (
    Cleaning,
    Config,
    Images,
    Listen,
    Log,
    Server,
    Watch,
    WebSub,
    find,
    load,
    parse,
)
from refeed.config.environment import VARIABLES
from refeed.errors import ConfigError


def mistakes_of(folder: Path, text: str | bytes, **environment: str) -> tuple[str, ...]:
    file = folder / "refeed.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigError) as told:
        load(None, environment=environment, working_directory=folder)
    return told.value.mistakes


def test_without_a_file_the_defaults_hold_below_the_working_directory(tmp_path: Path) -> None:
    assert load(None, environment={}, working_directory=tmp_path) == Config(
        seeds=(tmp_path / "seeds",), output=tmp_path / "feeds", state=tmp_path / ".refeed"
    )


@pytest.mark.parametrize(
    ("key", "in_file", "in_variable", "values"),
    [
        (
            "base_url",
            '"https://a.example/f"',
            "http://b.example",
            ("https://a.example/f/", "http://b.example/"),
        ),
        ("title", '"A"', "B", ("A", "B")),
        ("language", '"en"', "de", ("en", "de")),
        ("limit", "7", "0", (7, 0)),
        ("max_feed_kb", "500", "0", (500, 0)),
        ("formats", '["html"]', "rss, atom", (("html",), ("rss", "atom"))),
        ("by_source", "true", "false", (True, False)),
        ("max_file_mb", "7", "8", (7, 8)),
        ("cleaning.structure", "true", "off", (True, False)),
        ("cleaning.links", "true", "0", (True, False)),
        ("cleaning.trackers", "false", "on", (False, True)),
        ("cleaning.boilerplate", "false", "YES", (False, True)),
        ("cleaning.strip_parameters", '"a"', "b,c", (("a",), ("b", "c"))),
        ("cleaning.keep_parameters", '"a"', "", (("a",), ())),
        ("images.mode", '"keep"', "origin", ("keep", "origin")),
        ("watch.settle", "2", "0.25", (2, 0.25)),
        ("watch.rescan", "60.5", "3600", (60.5, 3600)),
        ("watch.polling", "false", "true", (False, True)),
        ("server.enabled", "true", "no", (True, False)),
        ("server.listen", '"[::1]:80"', "unix:/s", (Listen("::1", 80), Listen("", 0, "/s"))),
        ("server.secret_path", '"/0123456789abcdef/"', "", ("0123456789abcdef", "")),
        (
            "websub.hub",
            '"https://a.example/"\nbase_url = "https://c.example/"',
            "",
            ("https://a.example/", ""),
        ),
        ("log.level", '"error"', "debug", ("error", "debug")),
        ("images.template", '"https://a.example/{url}"', "", ("https://a.example/{url}", "")),
    ],
)
def test_the_environment_counts_before_the_file(
    tmp_path: Path, key: str, in_file: str, in_variable: str, values: tuple[object, object]
) -> None:
    (tmp_path / "refeed.toml").write_text(f"{key} = {in_file}\n", encoding="utf-8")
    variable = "REFEED_" + key.replace(".", "_").upper()
    group, _, name = key.rpartition(".")

    def value(config: Config) -> object:
        return getattr(getattr(config, group) if group else config, name)

    without = load(None, environment={}, working_directory=tmp_path)
    with_it = load(None, environment={variable: in_variable}, working_directory=tmp_path)
    assert (value(without), value(with_it)) == values


def test_every_setting_has_a_variable() -> None:
    settable = {
        name for name in Config.__dataclass_fields__ if name not in {"rules", "folders", "feeds"}
    }
    settable -= {"cleaning", "images", "watch", "server", "websub", "log"}
    settable |= {f"cleaning.{name}" for name in Cleaning.__dataclass_fields__}
    settable |= {f"images.{name}" for name in Images.__dataclass_fields__}
    settable |= {f"watch.{name}" for name in Watch.__dataclass_fields__}
    settable |= {f"server.{name}" for name in Server.__dataclass_fields__}
    settable |= {f"websub.{name}" for name in WebSub.__dataclass_fields__}
    settable |= {f"log.{name}" for name in Log.__dataclass_fields__}
    assert set(VARIABLES.values()) == settable


def test_folders_come_from_the_command_line_then_the_environment_then_the_file(
    tmp_path: Path,
) -> None:
    inner = tmp_path / "etc"
    inner.mkdir()
    file = inner / "mine.toml"
    file.write_text('seeds = ["s"]\noutput = "o"\nstate = "/st"\n', encoding="utf-8")
    environment = {"REFEED_SEEDS": "v:/w", "REFEED_OUTPUT": "~/x", "HOME": "/home/me"}

    only_file = load(file, environment={}, working_directory=tmp_path)
    with_variables = load(file, environment=environment, working_directory=tmp_path)
    with_all = load(
        Path("etc/mine.toml"),
        environment=environment,
        working_directory=tmp_path,
        seeds=[Path("c")],
        output=Path("/d"),
        state=Path("e"),
    )

    assert only_file.seeds == (inner / "s",)
    assert only_file.output == inner / "o"
    assert only_file.state == Path("/st")
    assert with_variables.seeds == (tmp_path / "v", Path("/w"))
    assert with_variables.output == Path("/home/me/x")
    assert with_variables.state == Path("/st")
    assert with_all.seeds == (tmp_path / "c",)
    assert with_all.output == Path("/d")
    assert with_all.state == tmp_path / "e"


def test_the_file_is_the_one_named_then_the_variables_then_the_usual_one(tmp_path: Path) -> None:
    def found(file: Path | None, **environment: str) -> Path | None:
        return find(file, environment=environment, working_directory=tmp_path)

    assert found(None) is None
    (tmp_path / "refeed.toml").touch()
    assert found(None) == tmp_path / "refeed.toml"
    assert found(None, REFEED_CONFIG="x.toml") == tmp_path / "x.toml"
    assert found(Path("/y.toml"), REFEED_CONFIG="x.toml") == Path("/y.toml")
    assert found(None, REFEED_CONFIG="") == tmp_path / "refeed.toml"


def test_mistakes_of_the_file_and_of_variables_are_told_together(tmp_path: Path) -> None:
    told = mistakes_of(
        tmp_path,
        "limit = -1\n",
        REFEED_LIMIT="5",
        REFEED_LIMT="5",
        REFEED_IMAGES_MODE="kep",
        REFEED_FORMATS="rss,3",
        REFEED_BY_SOURCE="perhaps",
        REFEED_MAX_FILE_MB="1e3",
        REFEED_STATE="~/x",
        REFEED_TITLE="\udcff",
        OTHER="x",
    )
    assert told == (
        "limit: -1 is not a whole number from 0 to 1000000",
        'REFEED_BY_SOURCE: "perhaps" is not true or false',
        'REFEED_FORMATS[1]: "3" is not one of "rss", "atom", "json", "html"',
        (
            'REFEED_IMAGES_MODE: "kep" is not one of "origin", "keep", "proxy", "local"; '
            'did you mean "keep"?'
        ),
        'REFEED_MAX_FILE_MB: "1e3" is not a whole number from 1 to 1000',
        "REFEED_STATE: \"~/x\" can't be expanded: HOME isn't set",
        'REFEED_TITLE: "\\udcff" is not one line of printable text',
        'REFEED_LIMT: unknown variable; did you mean "REFEED_LIMIT"?',
    )


def test_a_clash_of_folders_names_what_set_them(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as told:
        load(
            None,
            environment={"REFEED_SEEDS": "/a"},
            working_directory=tmp_path,
            output=Path("/a/b"),
        )
    (line,) = told.value.mistakes
    assert line.startswith('--output: "/a/b" is inside REFEED_SEEDS[0], "/a": ')


def test_a_template_may_come_from_the_environment() -> None:
    table: dict[str, object] = {"images": {"mode": "proxy"}}
    template = "https://images.example.org/?url={url}"
    config = parse(table, base=Path("/b"), environment={"REFEED_IMAGES_TEMPLATE": template})
    assert config.images == Images("proxy", template)


def test_a_mistake_in_a_template_is_told_once() -> None:
    table: dict[str, object] = {"images": {"mode": "proxy", "template": "x"}}
    with pytest.raises(ConfigError) as told:
        parse(table, base=Path("/b"))
    assert len(told.value.mistakes) == 1


@pytest.mark.parametrize(
    ("content", "place", "reason"),
    [
        (b"a = 1\nb = \n", ":2:5", "is not TOML: Invalid value"),
        (b'a = """\n', ":2:1", "is not TOML: Unterminated string"),
        (b"a = " + b"[" * 5000, "", "is not TOML: maximum recursion depth exceeded"),
        (
            b'a = "x\n',
            ":1:7",
            r"is not TOML: Illegal character '\n'; the quote before is not closed in its line",
        ),
        (b"a = /srv\n", ":1:5", "is not TOML: Invalid value; text is in quotes"),
        (
            b"[feeds]\n[feeds]\n",
            ":2:7",
            "is not TOML: Cannot declare ('feeds',) twice; a table is there once; of several,",
        ),
        (b"[a]\nb = 1\nb = 2\n", ":3:6", "is not TOML: Cannot overwrite a value; the key is"),
        (b'a = "\\d"\n', ":1:8", "is not TOML: Unescaped '\\' in a string; in single quotes"),
        (b"a = 1\ntitle = '\xb9\xfa'\n", ":2", "is not UTF-8"),
    ],
)
def test_a_file_that_is_not_toml_is_one_mistake_with_its_place(
    tmp_path: Path, content: bytes, place: str, reason: str
) -> None:
    first, second = mistakes_of(tmp_path, content, REFEED_LIMIT="x")
    assert first.startswith(f"{tmp_path / 'refeed.toml'}{place}: {reason}")
    assert second.startswith("REFEED_LIMIT: ")


def test_a_file_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as told:
        load(tmp_path / "no.toml", environment={}, working_directory=tmp_path)
    expected = f"{tmp_path / 'no.toml'}: can't be read: No such file or directory"
    assert told.value.mistakes == (expected,)


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "refeed.toml").write_bytes(b"\xef\xbb\xbflimit = 3\n")
    assert load(None, environment={}, working_directory=tmp_path).limit == 3


def test_the_address_to_listen_at_comes_from_the_command_line_first(tmp_path: Path) -> None:
    environment = {"REFEED_SERVER_LISTEN": "localhost:1"}
    with_all = load(None, environment=environment, working_directory=tmp_path, listen="127.0.0.1:0")
    assert with_all.server.listen == Listen("127.0.0.1", 0)
    with pytest.raises(ConfigError) as told:
        load(None, environment=environment, working_directory=tmp_path, listen=":8080")
    assert told.value.mistakes == (
        '--listen: ":8080" is not an address such as 127.0.0.1:8080, [::1]:8080 or unix:/path',
    )


@pytest.mark.parametrize(
    ("written", "listen"),
    [
        ("localhost", Listen("localhost", 8080)),
        ("9100", Listen("127.0.0.1", 9100)),
        ("0", Listen("127.0.0.1", 0)),
        ("192.0.2.1", Listen("192.0.2.1", 8080)),
        ("[::1]", Listen("::1", 8080)),
        ("localhost:9100", Listen("localhost", 9100)),
        ("1.example.org:80", Listen("1.example.org", 80)),
    ],
)
def test_a_host_or_a_port_is_enough_to_listen(tmp_path: Path, written: str, listen: Listen) -> None:
    assert (
        load(None, environment={}, working_directory=tmp_path, listen=written).server.listen
        == listen
    )
    table: dict[str, object] = {"server": {"listen": written}}
    assert parse(table, base=tmp_path).server.listen == listen
