"""Brings trained networks to Nightjar.

`export` reads a network, writes a model directory (`model.json` and `posterior.safetensors`) and compares what was
written with what was read, on records in the clear; an export that differs fails and leaves nothing.
"""

from . import posterior
from .artefact import Artefact
from .comparing import Comparison
from .errors import ExportError
from .exporting import export

__all__ = ["Artefact", "Comparison", "ExportError", "export", "posterior"]
