"""The data owner's side of a job over a DataFrame."""

import json
import os
from contextlib import contextmanager
from dataclasses import dataclass, field

from py4j.java_gateway import JavaClass
from py4j.protocol import Py4JJavaError
from pyspark.sql import DataFrame

ANYONE = "anyone"
PASSPHRASE = "NIGHTJAR_PASSPHRASE"
PASSPHRASE_FILE = "spark.nightjar.keys.passphraseFile"


class NightjarError(Exception):
    """A job cannot be done, for the reason that its one line gives."""


class RefusedError(NightjarError):
    """The other party or a policy refuses a job; nobody should ask again before a person has looked."""


@dataclass(frozen=True)
class Scores:
    """What became of a job over a DataFrame.

    results: a DataFrame with a row for each record: its id, what is predicted, and how sure the model is
    report: the figures of report.json
    output: the directory with both
    found_finished: whether an earlier call had finished the job, so that this one did nothing
    """

    results: DataFrame
    report: dict
    output: str
    found_finished: bool


@dataclass(frozen=True)
class Agent:
    """A data owner who has records scored by a model owner, who is met only in an exchange directory."""

    plan: str
    keys: str
    exchange: str
    model_owner: str
    settings: dict = field(default_factory=dict)

    @classmethod
    def of(cls, *, plan, keys, exchange, model_owner, settings=None):
        """Returns an agent.

        plan: the file of the plan that was agreed on
        keys: the directory of the data owner's identity
        exchange: the directory where the model owner is met, on any Hadoop file system
        model_owner: the fingerprint of the one whose results are taken, or "anyone"
        settings: more settings of Nightjar's, such as {"spark.nightjar.exchange.timeout": "2h"}
        """
        return cls(str(plan), str(keys), str(exchange), str(model_owner), dict(settings or {}))

    def score(self, records, *, output, id="id", name=None, passphrase=None, passphrase_file=None):
        """Has the records of a DataFrame scored, and returns when their results are there.

        A call is a job: with the same output it goes on with one that was interrupted, or finds one that was finished;
        with another output it is another job, which the model owner counts.

        output: a directory of the job's own
        id: the column, or the list of columns, whose values tell records apart
        name: lets an interrupted job go on with the records that it began with, whatever the DataFrame gives by now
        passphrase, passphrase_file: that of the keys, or the file with it; without either it comes from
            NIGHTJAR_PASSPHRASE, or from where the Java API has it from
        """
        if getattr(records, "_jdf", None) is None:
            raise NightjarError("The records must be a DataFrame of a session that runs here, not of Spark Connect")
        session = records.sparkSession
        if passphrase is None and passphrase_file is None:
            passphrase = os.environ.get(PASSPHRASE)
        with _one_line(session):
            agent = self._java(session, output, [id] if isinstance(id, str) else list(id))
            if name is not None:
                agent = agent.named(name)
            if passphrase_file is not None:
                agent = getattr(agent, "with")(PASSPHRASE_FILE, str(passphrase_file))
            secret = () if passphrase is None else (_array(session, "char", passphrase),)
            try:
                scores = agent.score(records._jdf, *secret)
            except KeyboardInterrupt:
                agent.interrupt()
                raise
        return Scores(
            DataFrame(scores.results(), session),
            json.loads(scores.reportJson()),
            scores.output(),
            scores.foundFinished(),
        )

    def _java(self, session, output, ids):
        jvm = session._jvm
        if not isinstance(jvm.io.nightjar.api.Agent, JavaClass):
            raise NightjarError(
                "The Spark session has no jar of Nightjar: start it with nightjar_spark.configure(SparkSession.builder)"
            )
        agent = jvm.io.nightjar.api.Agent.of(
            jvm.java.io.File(self.plan).toPath(), jvm.java.io.File(self.keys).toPath(), self.exchange
        )
        agent = agent.anyModelOwner() if self.model_owner == ANYONE else agent.modelOwner(self.model_owner)
        agent = agent.id(_array(session, "java.lang.String", ids)).output(str(output))
        for key, value in self.settings.items():
            agent = getattr(agent, "with")(key, str(value))
        return agent


def _array(session, kind, values):
    """Returns an array of Java's."""
    java_type = session._jvm
    for part in kind.split("."):
        java_type = getattr(java_type, part)
    array = session.sparkContext._gateway.new_array(java_type, len(values))
    for i, value in enumerate(values):
        array[i] = value
    return array


@contextmanager
def _one_line(session):
    """Raises what Java has to say of a failure, without the stack of the bridge unless nobody has thought of it."""
    try:
        yield
    except Py4JJavaError as e:
        failure = session._jvm.io.nightjar.job.Failure.of(e.java_exception)
        kind = failure.kind().name()
        error = RefusedError if kind == "REFUSED" else NightjarError
        raise error(failure.message()) from (e if kind == "UNEXPECTED" else None)
