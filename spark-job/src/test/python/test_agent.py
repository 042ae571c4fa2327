"""What a data owner hears from nightjar_spark when something is not as it must be; it takes no model owner."""

import os
import subprocess
import sys
import tempfile
import traceback
import unittest
from pathlib import Path

from pyspark.sql import SparkSession

import nightjar_spark
from nightjar_spark import Agent, NightjarError


def session(builder):
    local = builder.master("local[1]").config("spark.ui.enabled", False).config("spark.driver.host", "localhost")
    return local.config("spark.driver.bindAddress", "127.0.0.1").getOrCreate()


class AgentTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.spark = session(nightjar_spark.configure(SparkSession.builder))
        cls.work = tempfile.TemporaryDirectory()

    @classmethod
    def tearDownClass(cls):
        cls.spark.stop()
        cls.work.cleanup()

    def score(self, model_owner="anyone", settings=None, **choices):
        records = self.spark.range(3)
        at = Path(self.work.name)
        agent = Agent.of(
            plan=at / "plan.json",
            keys=at / "keys",
            exchange=at / "exchange",
            model_owner=model_owner,
            settings=settings,
        )
        return agent.score(records, output=at / "out", passphrase="four owls in a barn", **choices)

    def assert_refused(self, why, **choices):
        with self.assertRaises(NightjarError) as raised:
            self.score(**choices)
        self.assertRegex(str(raised.exception), why)
        self.assertNotIn("\n", str(raised.exception))
        self.assertNotIn("py4j", "".join(traceback.format_exception(raised.exception)))

    def test_what_is_wrong_is_one_line(self):
        self.assert_refused("^There is no plan in .*plan.json$")
        self.assert_refused("^The model owner: An identity is 'ed25519:'", model_owner="the vendor")
        self.assert_refused("no comma", id=["a,b"])
        self.assert_refused("^There is no setting spark.nightjar.x", settings={"spark.nightjar.x": 1})
        self.assert_refused("no secret is a setting", settings={"spark.nightjar.passphrase": "x"})

    def test_a_session_without_the_jar_is_told_how_to_get_it(self):
        program = """
import test_agent, nightjar_spark
from pyspark.sql import SparkSession
class Bare(test_agent.AgentTest):
    pass
Bare.spark = test_agent.session(SparkSession.builder)
Bare.work = test_agent.tempfile.TemporaryDirectory()
Bare("assert_refused").assert_refused("nightjar_spark.configure")
"""
        path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
        environment = {**os.environ, "PYTHONPATH": path}
        bare = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
        self.assertEqual(bare.returncode, 0, bare.stderr)


if __name__ == "__main__":
    unittest.main()
