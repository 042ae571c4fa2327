"""Copies a model with deviations of 0, so that every job draws the same weights: for checks that compare two jobs.

fix-weights.py MODEL TARGET
"""

import json
import os
import shutil
import struct
import sys


def main(model, target):
    shutil.copytree(model, target)
    path = os.path.join(target, "posterior.safetensors")
    with open(path, "rb") as file:
        content = bytearray(file.read())
    begin = 8 + struct.unpack("<Q", content[:8])[0]
    for name, tensor in json.loads(content[8:begin]).items():
        if name.endswith(".std"):
            first, end = tensor["data_offsets"]
            content[begin + first : begin + end] = bytes(end - first)
    with open(path, "wb") as file:
        file.write(content)


if __name__ == "__main__":
    main(*sys.argv[1:])
