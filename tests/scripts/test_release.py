"""The release script: what it refuses, and what it makes of version and changelog."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any

import pytest

from conftest import REPOSITORY

if TYPE_CHECKING:
    from types import ModuleType


@pytest.fixture(scope="module")
def release() -> ModuleType:
    spec = importlib.util.spec_from_file_location("release", REPOSITORY / "scripts/release.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_version_is_set_in_the_real_module(release: Any) -> None:  # noqa: ANN401 - a script
    module = release.VERSION_FILE.read_text("utf-8")
    assert '\n__version__ = "7.8.9"\n' in "\n" + release.set_version(module, "7.8.9")


def test_the_changelog_gets_a_section(release: Any) -> None:  # noqa: ANN401 - a script
    changelog = release.CHANGELOG.read_text("utf-8")
    closed = release.close_changelog(changelog, "7.8.9", "2030-01-02")
    assert "## [Unreleased]\n\n## [7.8.9] - 2030-01-02\n" in closed
    assert closed.replace("\n## [7.8.9] - 2030-01-02\n", "", 1) == changelog
    with pytest.raises(release.ReleaseError, match="nothing under"):
        release.close_changelog(closed, "7.9.0", "2030-01-03")


@pytest.mark.parametrize("version", ["1", "1.2", "v1.2.3", "1.2.3rc1"])
def test_a_version_has_three_numbers(release: Any, version: str) -> None:  # noqa: ANN401 - a script
    with pytest.raises(release.ReleaseError, match=r"not like 1\.2\.3"):
        release.check(version)
