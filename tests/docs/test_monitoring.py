"""The alerts and the dashboard in `monitoring`."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest
from prometheus_client.parser import text_string_to_metric_families

from conftest import REPOSITORY
from refeed.server.metrics import Metrics

FOLDER = REPOSITORY / "monitoring"
ALERTS = (FOLDER / "alerts.yaml").read_text(encoding="utf-8")
DASHBOARD = json.loads((FOLDER / "dashboard.json").read_text(encoding="utf-8"))
QUERIES = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]


def exported() -> set[str]:
    """Return the names of the samples that a refeed exports, those of labels included."""
    metrics = Metrics()
    metrics.set_feed_sizes({"all": 1})
    metrics.count_request("all", 200)
    text = metrics.export()[0].decode()
    families = text_string_to_metric_families(text)
    return {sample.name for family in families for sample in family.samples}


def test_every_figure_that_they_name_is_exported() -> None:
    named = set(re.findall(r"\b(?:refeed|process)_\w+", "\n".join([ALERTS, *QUERIES])))
    assert len(named) > 12
    assert named <= exported()


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not installed")
def test_each_alert_fires_when_what_it_is_about_comes_about() -> None:
    for arguments in (["check", "rules", "alerts.yaml"], ["test", "rules", "alerts.test.yaml"]):
        done = subprocess.run(
            ["promtool", *arguments], cwd=FOLDER, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    tests = (FOLDER / "alerts.test.yaml").read_text(encoding="utf-8")
    fired = re.findall(r"alertname: (\w+)\n\s+exp_alerts:", tests)
    assert sorted(fired) == sorted(re.findall(r"alert: (\w+)", ALERTS))


def test_panels_of_the_dashboard_do_not_overlap() -> None:
    places = [(p["gridPos"]["x"], p["gridPos"]["y"]) for p in DASHBOARD["panels"]]
    assert len(set(places)) == len(places)
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(places)
