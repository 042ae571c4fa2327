"""Runs the programs of docs/bring-your-model.md, each in a directory and a process of its own.

`python test_examples.py [-k NAME]`, with all of requirements-examples.txt installed, which is large. If `nightjar` is
on the path, it takes part: models get ranges, and records of the first example are scored.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from nightjar_export.artefact import Artefact

PAGE = Path(__file__).resolve().parents[4] / "docs" / "bring-your-model.md"
SAY = """
import nightjar_export
def _saying(*given, _export=nightjar_export.export, **more):
    artefact, comparison = _export(*given, **more)
    print("said", comparison, comparison.calibration or "", sep="\\n")
nightjar_export.export = _saying
"""


def examples():
    """Returns the programs by the headings that they stand under, with the commands that follow."""
    found, heading = {}, ""
    for title, kind, text in re.findall(r"^#+ ([^\n]+)$|^```(\w*)\n(.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S):
        heading = title or heading
        if kind == "python":
            found[heading] = [text]
        elif not title and heading in found:
            found[heading].append(text)
    return found


class ExamplesTest(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.directory = Path(place.name)

    def run_example(self, heading, program, *commands):
        (self.directory / "example.py").write_text(SAY + program, "utf-8")
        said = self.run_line([sys.executable, "-W", "ignore", "example.py"])
        for command in commands:
            path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
            if shutil.which("nightjar") or "nightjar score" not in command:
                said += self.run_line(["bash", "-ec", command], PATH=path)
        artefact = Artefact.read(self.directory / "model")
        self.assertTrue(artefact.layers)
        if shutil.which("nightjar") and "records" in program:
            self.assertIn("(Nightjar's reference)", said)
            self.assertEqual(not commands, not (self.directory / "scores").exists())
        print(f"{heading}: {' '.join(said[said.rindex('records,') - 5 :].split())}", flush=True)

    def run_line(self, words, **more):
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "KERAS_BACKEND": "torch"} | more
        run = subprocess.run(
            words, cwd=self.directory, env=environment, capture_output=True, text=True, check=False, timeout=600
        )
        self.assertEqual(0, run.returncode, run.stdout + run.stderr)
        return run.stdout


def _add(heading, parts):
    name = "test_" + re.sub(r"\W+", "_", heading.lower())
    setattr(ExamplesTest, name, lambda self: self.run_example(heading, *parts))


for _heading, _parts in examples().items():
    _add(_heading, _parts)


if __name__ == "__main__":
    unittest.main()
