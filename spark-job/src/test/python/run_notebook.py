"""Runs a notebook where it is, and prints what its cells put out:

python run_notebook.py NOTEBOOK
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

CELL_SECONDS = 300

path = Path(sys.argv[1])
notebook = nbformat.read(path, as_version=4)
place = {"metadata": {"path": str(path.parent)}}
NotebookClient(notebook, timeout=CELL_SECONDS, kernel_name="python3", resources=place).execute()
for cell in notebook.cells:
    for output in cell.get("outputs", []):
        if output.get("name") != "stderr":
            print(output.get("text") or output.get("data", {}).get("text/plain", ""))
