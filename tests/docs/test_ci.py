"""The workflows of docs/ci.md and the action are run as a forge's runner would run them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from archives import Article, environment, native

REPOSITORY = Path(__file__).resolve().parents[2]
ACTION = yaml.safe_load((REPOSITORY / "action.yml").read_text("utf-8"))
BLOCKS = re.findall(
    r"^```yaml\n(.*?)^```$",
    (REPOSITORY / "docs" / "ci.md").read_text("utf-8"),
    re.MULTILINE | re.DOTALL,
)
WORKFLOWS = [table for table in map(yaml.safe_load, BLOCKS) if "jobs" in table]
(PIPELINE,) = [table for table in map(yaml.safe_load, BLOCKS) if "jobs" not in table]
EXPRESSION = re.compile(r"\$\{\{ inputs\.([a-z-]+) \}\}")
PUSHED = 1_700_000_000
PYTHON = """#!/bin/sh
# In place of a Python that makes a virtual environment and pip installs into it.
mkdir -p "$3/bin"
printf '#!/bin/sh\\necho "$@" >> "{log}"\\n' > "$3/bin/pip"
printf '#!/bin/sh\\nexec {python} -m refeed "$@"\\n' > "$3/bin/refeed"
chmod +x "$3/bin/pip" "$3/bin/refeed"
"""


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgSign=false")
    now = f"{PUSHED} +0000"
    return subprocess.run(
        ("git", *identity, "-c", "init.defaultBranch=main", *arguments),
        cwd=folder,
        env=os.environ | {"GIT_COMMITTER_DATE": now, "GIT_AUTHOR_DATE": now},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


class Runner:
    """Runs the steps of a job in a workspace of its own.

    Attributes:
        installed: what pip was asked to install.
    """

    def __init__(self, origin: Path, folder: Path) -> None:
        self.workspace = folder / "workspace"
        self.installed = folder / "pip.log"
        self._origin = origin
        self._temporary = folder / "temporary"
        (folder / "bin").mkdir(parents=True)
        for name in ("python3", "pip", "refeed"):
            (folder / "bin" / name).touch(0o755)
        python = PYTHON.format(log=self.installed, python=sys.executable)
        (folder / "bin" / "python3").write_text(python)
        (folder / "bin" / "pip").write_text(f'#!/bin/sh\necho "$@" >> "{self.installed}"\n')
        (folder / "bin" / "refeed").write_text(f'#!/bin/sh\nexec {sys.executable} -m refeed "$@"\n')
        self._variables = environment(
            RUNNER_TEMP=str(self._temporary),
            GITHUB_ACTION_PATH=str(REPOSITORY),
            PATH=f"{folder / 'bin'}:{os.environ['PATH']}",
        )

    def run(self, step: dict[str, Any]) -> None:
        action, _, _ = step.get("uses", "").partition("@")
        if action == "actions/checkout":
            self.check_out(step.get("with", {}).get("fetch-depth", 1))
        elif action == "OWNER/refeed":
            self.run_action(step.get("with", {}))
        elif "run" in step:
            self.run_shell(step["run"])

    def check_out(self, depth: int) -> None:
        whole = ["--depth", str(depth)] if depth else []
        arguments = ("clone", "--quiet", *whole, self._origin.as_uri(), str(self.workspace))
        git(self._origin.parent, *arguments)

    def run_action(self, given: dict[str, Any]) -> None:
        values = {name: value["default"] for name, value in ACTION["inputs"].items()}
        assert given.keys() <= values.keys()
        # A runner hands all values over as text, true and false as JSON has them.
        texts = {name: v if isinstance(v, str) else json.dumps(v) for name, v in given.items()}
        for step in ACTION["runs"]["steps"]:
            assert step["shell"] == "bash"
            assert "${{" not in step["run"], "an input in a script is a way in for commands"
            variables = {
                name: EXPRESSION.sub(lambda match: (values | texts)[match[1]], value)
                for name, value in step["env"].items()
            }
            self.run_shell(step["run"], **variables)

    def run_shell(self, script: str, **variables: str) -> None:
        done = subprocess.run(
            ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script),
            cwd=self.workspace,
            env=self._variables | variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def items(self) -> list[dict[str, Any]]:
        feed = (self.workspace / "public" / "all" / "feed.json").read_text("utf-8")
        found: list[dict[str, Any]] = json.loads(feed)["items"]
        return found


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    """A repository with snapshots, as a forge has it."""
    work = tmp_path / "work"
    for number in range(3):
        file = work / "snapshots" / f"{number}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(native(Article(f"https://news.example.org/{number}", instant=None)))
    git(work, "init")
    git(work, "add", ".")
    git(work, "commit", "--quiet", "--message", "Snapshots")
    git(tmp_path, "clone", "--quiet", "--bare", str(work), str(tmp_path / "origin.git"))
    return tmp_path / "origin.git"


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=["git", "file"])
def test_each_run_of_a_workflow_gives_the_same_feeds(
    workflow: dict[str, Any], origin: Path, tmp_path: Path
) -> None:
    (job,) = workflow["jobs"].values()
    published = []
    for number in range(2):
        runner = Runner(origin, tmp_path / f"run {number}")
        for step in job["steps"]:
            runner.run(step)
        assert str(REPOSITORY) in runner.installed.read_text()
        published.append(runner.items())
        assert len(published[-1]) == 3
    assert published[0] == published[1]
    if (
        next(step["with"] for step in job["steps"] if "OWNER" in step["uses"])["first-seen"]
        == "git"
    ):
        assert {item["date_published"] for item in published[0]} == {"2023-11-14T22:13:20Z"}
    else:
        assert len(git(origin, "show", "HEAD:first-seen.tsv").splitlines()) == 3
        assert git(origin, "rev-list", "--count", "HEAD").strip() == "2"


def test_the_pipeline_for_other_runners_runs(origin: Path, tmp_path: Path) -> None:
    (job,) = PIPELINE.values()
    runner = Runner(origin, tmp_path / "run")
    runner.check_out(int(job["variables"]["GIT_DEPTH"]))
    for line in job["script"]:
        runner.run_shell(line.replace("/tmp/refeed", str(tmp_path / "state")))  # noqa: S108 - its text
    assert [item["date_published"] for item in runner.items()] == ["2023-11-14T22:13:20Z"] * 3
    assert (runner.workspace / job["artifacts"]["paths"][0] / "index.html").is_file()


def test_all_inputs_reach_the_command(origin: Path, tmp_path: Path) -> None:
    runner = Runner(origin, tmp_path / "run")
    runner.check_out(0)
    (runner.workspace / "more snapshots").mkdir()
    bad = runner.workspace / "more snapshots" / "bad.md"
    bad.write_text("nothing")
    (runner.workspace / "my.toml").write_text('title = "$(echo no) \\"title\\""\n')
    inputs = {
        "seeds": "snapshots\nmore snapshots\n",
        "output": "public",
        "config": "my.toml",
        "first-seen": "dates.tsv",
        "state": "index",
    }
    runner.run_action(inputs)
    assert len(runner.items()) == 3
    assert (runner.workspace / "index" / "index.sqlite3").is_file()
    assert (runner.workspace / "dates.tsv").is_file()
    assert "$(echo no)" in (runner.workspace / "public" / "feeds.opml").read_text("utf-8")
    with pytest.raises(AssertionError, match="1 snapshot rejected"):
        runner.run_action({**inputs, "strict": True})


def test_every_input_is_used_and_told() -> None:
    used = {
        name
        for step in ACTION["runs"]["steps"]
        for value in step["env"].values()
        for name in EXPRESSION.findall(value)
    }
    assert used == ACTION["inputs"].keys()
    text = (REPOSITORY / "docs" / "ci.md").read_text("utf-8")
    assert all(f"`{name}" in text for name in ACTION["inputs"])
