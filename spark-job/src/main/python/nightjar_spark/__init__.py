"""Nightjar from PySpark: a thin layer over the classes of io.nightjar.api, with the jar that has them."""

from nightjar_spark.agent import Agent, NightjarError, RefusedError, Scores
from nightjar_spark.session import configure, jar

__all__ = ["Agent", "NightjarError", "RefusedError", "Scores", "configure", "jar"]
