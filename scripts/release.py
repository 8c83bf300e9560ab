"""Make a release: check, version, changelog, commit, tag, wheel and sdist, each tried afresh.

Usage, from the repository's top: python scripts/release.py VERSION [--date YYYY-MM-DD]

Nothing is pushed or uploaded. `git reset --hard HEAD~1 && git tag -d vVERSION` takes it back.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import venv
from datetime import UTC, datetime
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
VERSION_FILE = REPOSITORY / "src" / "refeed" / "__init__.py"
CHANGELOG = REPOSITORY / "CHANGELOG.md"
UNRELEASED = "## [Unreleased]\n"


class ReleaseError(Exception):
    """The release can't be made; the message says why."""


def main() -> None:
    """Make the release that the command line names."""
    parser = argparse.ArgumentParser(description="Make a release.")
    parser.add_argument("version", help="for instance 0.2.0")
    parser.add_argument("--date", default=f"{datetime.now(UTC):%Y-%m-%d}", help="today by default")
    options = parser.parse_args()
    try:
        release(options.version, options.date)
    except (ReleaseError, subprocess.CalledProcessError) as error:
        sys.exit(f"release: {error}")


def release(version: str, date: str) -> None:
    """Make a release.

    Raises:
        ReleaseError: the tree has changes, or version or changelog are not ready.
        CalledProcessError: a command failed.
    """
    check(version)
    VERSION_FILE.write_text(set_version(VERSION_FILE.read_text("utf-8"), version), "utf-8")
    CHANGELOG.write_text(close_changelog(CHANGELOG.read_text("utf-8"), version, date), "utf-8")
    run("git", "add", VERSION_FILE, CHANGELOG)
    run("git", "commit", "--quiet", "--message", f"release: {version}")
    run("git", "tag", "--annotate", f"v{version}", "--message", f"refeed {version}")
    for package in build():
        try_package(package, version)
        print(f"{package.relative_to(REPOSITORY)} works in a fresh environment")
    print(f"refeed {version} is committed and tagged; push it with: git push --follow-tags")


def check(version: str) -> None:
    """Check that there is something to release, and that it can be.

    Raises:
        ReleaseError: it can't be; the message says why.
    """
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise ReleaseError(f"{version} is not like 1.2.3")
    if read("git", "status", "--porcelain"):
        raise ReleaseError("there are uncommitted changes")
    if read("git", "tag", "--list", f"v{version}"):
        raise ReleaseError(f"v{version} is there already")


def set_version(module: str, version: str) -> str:
    """Return a module's text with another `__version__`."""
    text, changed = re.subn(r'(?m)^__version__ = "[^"]*"$', f'__version__ = "{version}"', module)
    if changed != 1:
        raise ReleaseError(f"{VERSION_FILE} states no version")
    return text


def close_changelog(changelog: str, version: str, date: str) -> str:
    """Return a changelog whose unreleased section is that of a version, below a new empty one.

    Raises:
        ReleaseError: there is nothing unreleased.
    """
    before, found, after = changelog.partition(UNRELEASED)
    if not found or not after.partition("\n## ")[0].strip():
        raise ReleaseError("CHANGELOG.md has nothing under [Unreleased]")
    return f"{before}{UNRELEASED}\n## [{version}] - {date}\n{after}"


def build() -> list[Path]:
    """Build wheel and sdist into dist/; return them."""
    with tempfile.TemporaryDirectory() as folder:
        python = make_environment(Path(folder))
        run(python, "-m", "pip", "install", "--quiet", "build")
        run(python, "-m", "build", "--outdir", Path(folder) / "dist", REPOSITORY)
        target = REPOSITORY / "dist"
        target.mkdir(exist_ok=True)
        return [file.replace(target / file.name) for file in (Path(folder) / "dist").iterdir()]


def try_package(package: Path, version: str) -> None:
    """Install a package into a fresh environment, and publish the examples with it.

    Raises:
        ReleaseError: it doesn't do what it should.
    """
    with tempfile.TemporaryDirectory() as folder:
        python = make_environment(Path(folder) / "venv")
        run(python, "-m", "pip", "install", "--quiet", package)
        refeed = python.parent / "refeed"
        if read(refeed, "--version") != f"refeed, version {version}":
            raise ReleaseError(f"{package.name} has another version")
        output, state = Path(folder) / "feeds", Path(folder) / "state"
        seeds = REPOSITORY / "examples" / "seeds"
        run(refeed, "rebuild", "--seeds", seeds, "--output", output, "--state", state)
        if not (output / "all" / "atom.xml").is_file():
            raise ReleaseError(f"{package.name} published no feed")


def make_environment(folder: Path) -> Path:
    """Make a virtual environment; return its Python."""
    venv.create(folder, with_pip=True)
    return folder / "bin" / "python"


def run(*command: str | Path) -> None:
    """Run a command from the repository's top."""
    subprocess.run(command, cwd=REPOSITORY, check=True)


def read(*command: str | Path) -> str:
    """Run a command from the repository's top; return what it prints."""
    done = subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True)
    return done.stdout.strip()


if __name__ == "__main__":
    main()
