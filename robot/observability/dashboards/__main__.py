"""`python -m robot.observability.dashboards FOLDER`: write the dashboards as Grafana reads them."""

from __future__ import annotations

import sys
from pathlib import Path

from robot.observability.dashboards import DASHBOARDS
from robot.observability.dashboards.grafana import text_of

FOLDER = Path("docker/grafana/dashboards")


def write(folder: Path) -> None:
    for dashboard in DASHBOARDS:
        (folder / f"{dashboard.name}.json").write_text(text_of(dashboard), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
