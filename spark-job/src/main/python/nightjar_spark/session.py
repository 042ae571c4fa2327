"""A Spark session that has Nightjar's jar and may see records."""

import os
from pathlib import Path


def jar():
    """Returns the path of the job jar: the one that NIGHTJAR_JAR names, or that of this package."""
    path = Path(os.environ.get("NIGHTJAR_JAR") or Path(__file__).with_name("nightjar.jar"))
    if not path.is_file():
        raise FileNotFoundError(f"There is no job jar in {path}: install the wheel, or set NIGHTJAR_JAR")
    return str(path)


def configure(builder, *, cluster=False):
    """Gives a builder of a session what Nightjar needs of it.

    That is the job jar, and that Spark encrypts what it puts on disk. Whoever builds the session decides that its
    driver and its executors may see the records.

    cluster: whether executors are in other processes; they do the data owner's work then, know each other by a secret
        (spark.authenticate.secret, where the cluster manager gives none), and encrypt what they say
    """
    jars = [one for one in builder._options.get("spark.jars", "").split(",") if one]
    builder.config("spark.jars", ",".join([*jars, jar()])).config("spark.io.encryption.enabled", "true")
    if cluster:
        plugins = [one for one in builder._options.get("spark.plugins", "").split(",") if one]
        builder.config("spark.plugins", ",".join([*plugins, "io.nightjar.cluster.OwnerPlugin"]))
        builder.config("spark.authenticate", "true").config("spark.network.crypto.enabled", "true")
    return builder
