"""Reads the results of the benchmarks inside the process (`cargo bench`)."""

import json
import os
from pathlib import Path


def medians(root):
    """Seconds by group and name: `{"calls": {"apinb": 0.1}}`; for completion also the 99th percentile."""
    folder = Path(os.environ.get("CARGO_TARGET_DIR", Path(root) / "target")) / "criterion"
    found = {}
    for file in sorted(folder.glob("*/*/new/benchmark.json")):
        about = json.loads(file.read_text(encoding="utf-8"))
        estimates = json.loads(file.with_name("estimates.json").read_text(encoding="utf-8"))
        found.setdefault(about["group_id"], {})[about["function_id"]] = estimates["median"]["point_estimate"] / 1e9
    slow = folder / "completion-p99.json"
    if slow.exists():
        found["completion p99"] = json.loads(slow.read_text(encoding="utf-8"))
    return found
