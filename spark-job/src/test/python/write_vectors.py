"""Writes the first images of a file as vectors of Spark's ML library, every other one sparse."""

import gzip
import struct
import sys

from pyspark.ml.linalg import Vectors
from pyspark.sql import SparkSession

COUNT = 300
WHITE = 255

images, target = sys.argv[1:]
with gzip.open(images) as file:
    _, _, height, width = struct.unpack(">IIII", file.read(16))
    pixels = [[pixel / WHITE for pixel in file.read(height * width)] for _ in range(COUNT)]


def vector(number, values):
    if number % 2 == 0:
        return Vectors.dense(values)
    return Vectors.sparse(len(values), {k: value for k, value in enumerate(values) if value})


local = SparkSession.builder.master("local[1]").config("spark.ui.enabled", False)
spark = local.config("spark.driver.host", "localhost").config("spark.driver.bindAddress", "127.0.0.1").getOrCreate()
rows = [(number, vector(number, values)) for number, values in enumerate(pixels)]
spark.createDataFrame(rows, ["id", "features"]).write.parquet(target)
spark.stop()
