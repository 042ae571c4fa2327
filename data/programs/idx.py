"""IDX files as MNIST has them: gzip, big endian, unsigned bytes."""

from __future__ import annotations

import gzip
import io
import struct
from pathlib import Path

import numpy as np

UNSIGNED_BYTE = 0x08


def encode(array: np.ndarray) -> bytes:
    """Returns the IDX form of an array of bytes, compressed; equal arrays give equal bytes."""
    if array.dtype != np.uint8:
        raise ValueError(f"IDX files here hold uint8, not {array.dtype}")
    header = struct.pack(">HBB", 0, UNSIGNED_BYTE, array.ndim)
    header += struct.pack(f">{array.ndim}I", *array.shape)
    buffer = io.BytesIO()
    # Neither a time nor a file name, so that the bytes depend on the content alone.
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, compresslevel=9, mtime=0) as stream:
        stream.write(header + array.tobytes())
    return buffer.getvalue()


def write(path: Path, array: np.ndarray) -> int:
    """Writes an array and returns the length of the file."""
    data = encode(array)
    path.write_bytes(data)
    return len(data)


def read(path: Path) -> np.ndarray:
    """Reads an IDX file of unsigned bytes, compressed with gzip."""
    with gzip.open(path, "rb") as stream:
        data = stream.read()
    if len(data) < 4:
        raise ValueError(f"{path} ends within its header")
    zero, kind, dimensions = struct.unpack(">HBB", data[:4])
    if zero != 0 or kind != UNSIGNED_BYTE:
        raise ValueError(f"{path} is not an IDX file of unsigned bytes")
    start = 4 + 4 * dimensions
    if len(data) < start:
        raise ValueError(f"{path} ends within its header")
    shape = struct.unpack(f">{dimensions}I", data[4:start])
    content = np.frombuffer(data, np.uint8, offset=start)
    if content.size != np.prod(shape, dtype=np.int64):
        raise ValueError(f"{path} has {content.size} elements, and its header says {shape}")
    return content.reshape(shape)
