from __future__ import annotations

from refeed.server.metrics import Metrics


def test_the_pictures_that_are_there_and_missing_are_exported() -> None:
    metrics = Metrics()
    metrics.set_pictures(there=7, missing=2)
    lines = metrics.export()[0].decode().splitlines()
    assert {"refeed_pictures_there 7.0", "refeed_pictures_missing 2.0"} <= set(lines)
