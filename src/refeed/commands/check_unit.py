"""What a systemd unit does not let refeed write or read, by the settings of systemd.exec(5)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from refeed.errors import FolderError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.config import Config

_HIDDEN, _READ_ONLY, _WRITABLE = range(3)
_TRUE: Final = {"yes", "true", "on", "1"}
_SYSTEM: Final = {
    "strict": ("/",),
    "full": ("/usr", "/boot", "/efi", "/etc"),
    **dict.fromkeys(_TRUE, ("/usr", "/boot", "/efi")),
}
_HOMES: Final = ("/home", "/root", "/run/user")
_PATHS: Final = {
    "ReadWritePaths": _WRITABLE,
    "BindPaths": _WRITABLE,
    "ReadOnlyPaths": _READ_ONLY,
    "BindReadOnlyPaths": _READ_ONLY,
    "InaccessiblePaths": _HIDDEN,
}
_OWN_FOLDERS: Final = {
    "StateDirectory": "/var/lib",
    "CacheDirectory": "/var/cache",
    "LogsDirectory": "/var/log",
    "RuntimeDirectory": "/run",
}
_SPECIFIERS: Final = {"%S": "/var/lib", "%C": "/var/cache", "%L": "/var/log", "%t": "/run"}


class _Rule(NamedTuple):
    path: Path
    access: int
    setting: str


def check_unit(unit: Path, config: Config) -> list[str]:
    """Return what the service could not write or read, a line each with the setting that helps.

    Args:
        unit: of a system service; the drop-ins in the folder beside it count.
        config: what the service runs with.

    Raises:
        FolderError: the unit can't be read.
    """
    settings = _read_settings(unit)
    rules = list(_make_rules(settings))
    problems = []
    written = [("output", config.output), ("state", config.state)]
    if config.first_seen not in {"", "git"}:
        written.append(("first_seen", Path(config.first_seen).parent))
    if config.images.store:
        written.append(("images.store", Path(config.images.store)))
    for key, folder in written:
        rule = _find_rule(rules, folder)
        if rule.access != _WRITABLE:
            problems.append(
                f"{key}: {folder} can't be written, by {rule.setting}; "
                f"the unit needs ReadWritePaths={folder}"
            )
    denied = settings.get("IPAddressDeny", [])
    if config.images.fetch and denied and "any" not in settings.get("IPAddressAllow", []):
        problems.append(
            f"images.fetch: no host can be asked, by IPAddressDeny={denied[-1]};"
            " the unit needs IPAddressAllow=any"
        )
    for folder in config.seeds:
        rule = _find_rule(rules, folder)
        if rule.access == _HIDDEN:
            cure = rule.setting.partition("=")[0]
            cure = "ProtectHome=read-only" if cure == "ProtectHome" else f"another {cure}="
            problems.append(
                f"seeds: {folder} can't be seen, by {rule.setting}; the unit needs {cure}"
            )
    return problems


def _read_settings(unit: Path) -> dict[str, list[str]]:
    """Return the values of each setting of the service; an empty one forgets those before it."""
    drop_ins = sorted(Path(f"{unit}.d").glob("*.conf"))
    settings: dict[str, list[str]] = {}
    section = ""
    for file in (unit, *drop_ins):
        try:
            text = file.read_text(encoding="utf-8", errors="replace").replace("\\\n", " ")
        except OSError as error:
            raise FolderError(f"the unit {file} can't be read: {error.strerror}") from error
        for line in map(str.strip, text.splitlines()):
            if line.startswith("["):
                section = line
            elif section == "[Service]" and "=" in line and not line.startswith(("#", ";")):
                name, _, value = (part.strip() for part in line.partition("="))
                settings[name] = [*settings.get(name, []), value] if value else []
    return settings


def _make_rules(settings: dict[str, list[str]]) -> Iterator[_Rule]:
    yield _Rule(Path("/"), _WRITABLE, "")
    yield from _make_protection_rules(settings)
    for name, top in _OWN_FOLDERS.items():
        for value in " ".join(settings.get(name, [])).split():
            yield _Rule(Path(top, value.partition(":")[0]), _WRITABLE, name)
    for name, access in _PATHS.items():
        for value in " ".join(settings.get(name, [])).split():
            path = value.lstrip("-+").split(":")[-1 if name.startswith("Bind") else 0]
            for specifier, folder in _SPECIFIERS.items():
                path = path.replace(specifier, folder)
            yield _Rule(Path(path), access, f"{name}={value}")


def _make_protection_rules(settings: dict[str, list[str]]) -> Iterator[_Rule]:
    system, home, private_tmp, dynamic = (
        (settings.get(name) or [""])[-1].lower()
        for name in ("ProtectSystem", "ProtectHome", "PrivateTmp", "DynamicUser")
    )
    if dynamic in _TRUE:
        system, home, private_tmp = "strict", home or "read-only", "yes"
    for path in _SYSTEM.get(system, ()):
        yield _Rule(Path(path), _READ_ONLY, f"ProtectSystem={system}")
    if home in {*_TRUE, "tmpfs", "read-only"}:
        access = _READ_ONLY if home == "read-only" else _HIDDEN
        for path in _HOMES:
            yield _Rule(Path(path), access, f"ProtectHome={home}")
    if private_tmp in {*_TRUE, "disconnected"}:
        for path in ("/tmp", "/var/tmp"):  # noqa: S108 - nothing is written there
            yield _Rule(Path(path), _HIDDEN, "PrivateTmp=yes")


def _find_rule(rules: list[_Rule], folder: Path) -> _Rule:
    """Return the rule that holds for a folder: the last of those with the longest path."""
    real = folder.resolve()
    holding = [rule for rule in rules if real.is_relative_to(rule.path)]
    return max(reversed(holding), key=lambda rule: len(rule.path.parts))
