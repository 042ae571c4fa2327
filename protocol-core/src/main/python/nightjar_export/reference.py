"""Nightjar's own word on a model: the ranges of its activations, and that its reference computes the same."""

import json
import shlex
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .errors import ExportError
from .evaluate import evaluate

ID = "nightjar_record"
MOST_RECORDS = 4096
_WITHOUT = "--nightjar '' leaves it out"
_MOST_NUMBERS = 1 << 22


@dataclass
class Calibration:
    """What `nightjar calibrate` says: its report, and its warnings."""

    report: dict
    warnings: list[str]

    def __str__(self):
        compared = self.report["comparison"]
        lines = [
            f"{compared['records']} records, largest difference {compared['largestDifference']:.2g} of outputs up to"
            f" {compared['largestOutput']:.3g} (Nightjar's reference)"
        ]
        cost = self.report.get("quantisation")
        if cost and "samePredictions" in cost:
            lines.append(
                f"ranges of {len(self.report['layers'])} layers: quantised, {cost['samePredictions']} of"
                f" {cost['records']} predictions are the same"
            )
        elif cost:
            lines.append(
                f"ranges of {len(self.report['layers'])} layers: quantised, outputs change by"
                f" {cost['rootMeanSquareError']:.2g} in the root mean square; they spread by {cost['spread']:.2g}"
            )
        return "\n".join(lines + self.warnings)


def command(given):
    """Returns the words that run Nightjar: those given, or `nightjar` if it is on the path; none if it is not."""
    if given is None:
        found = shutil.which("nightjar")
        return [found] if found else []
    return shlex.split(given)


def calibrate(words, directory, artefact, records, elements):
    """Has Nightjar find the ranges of a written model, and compare its outputs with those of NumPy.

    `records` are the rows of a table, or of numbers; `elements` what the network reads of them.
    """
    count = max(1, min(len(elements), MOST_RECORDS, _MOST_NUMBERS // elements.shape[1]))
    outputs = np.concatenate([evaluate(one, elements[:count], logits=True) for one in artefact.members()], axis=1)
    with tempfile.TemporaryDirectory() as scratch:
        tables = Path(scratch) / "records.jsonl", Path(scratch) / "expected.jsonl"
        _write(tables[0], _rows(artefact, records, count))
        _write(tables[1], ({"outputs": row.tolist()} for row in outputs))
        arguments = [f"--model={directory}", f"--input={tables[0]}", f"--expected={tables[1]}", "--json"]
        try:
            run = subprocess.run(
                [*words, "calibrate", *arguments, f"--conf=spark.nightjar.input.idColumn={ID}"],
                capture_output=True,
                text=True,
                check=False,
            )
        except OSError as e:
            raise ExportError(f"{words[0]!r} cannot be run ({e.strerror}): {_WITHOUT}") from e
    said = [line for line in run.stderr.splitlines() if line.startswith("nightjar: ")]
    if run.returncode != 0:
        why = said[-1][10:] if said else f"exit {run.returncode}"
        raise ExportError(f"Nightjar does not take the model: {why} ({_WITHOUT})")
    warnings = [line[10:] for line in said if line.startswith("nightjar: warning: ")]
    return Calibration(json.loads(run.stdout.splitlines()[-1]), warnings)


def _rows(artefact, records, count):
    if artefact.columns:
        frame = records.iloc[:count][[one["name"] for one in artefact.columns]]
        yield from (json.loads(line) for line in frame.to_json(orient="records", lines=True).splitlines())
        return
    for row in np.asarray(records[:count], np.float32).reshape(count, -1).tolist():
        yield dict(zip(artefact.features, row, strict=True)) if artefact.features else {"values": row}


def _write(path, rows):
    with open(path, "w", encoding="utf-8") as file:
        for i, row in enumerate(rows):
            file.write(json.dumps({ID: i} | row) + "\n")
