"""Scores every date's records with Nightjar: for Airflow 3, into the folder of DAGs.

The worker that runs the task is the data owner's: it reads the records, holds the secret key and writes the results.
"""

import datetime
import os

# In Airflow 2: from airflow.hooks.subprocess import SubprocessHook; from airflow import DAG;
# from airflow.decorators import task; from airflow.exceptions import ... of the last line here
from airflow.providers.standard.hooks.subprocess import SubprocessHook
from airflow.sdk import DAG, task
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

NIGHTLY = "/opt/nightjar/submit-scripts/nightly.sh"
BAD_INPUT = 2
REFUSED = 3
NO_INPUT = 66

with DAG(
    dag_id="nightjar_nightly",
    description="Yesterday's records, scored without anyone else seeing them",
    schedule="15 1 * * *",
    start_date=datetime.datetime(2025, 1, 1, tzinfo=datetime.timezone.utc),
    catchup=False,
    # The script's own lock would refuse a second run; here it waits instead.
    max_active_runs=1,
) as dag:
    # What fails is tried again: the same command goes on where it was.
    @task(retries=3, retry_delay=datetime.timedelta(minutes=30))
    def score(data_interval_end=None):
        # The day before the run was due (in UTC), and the same one when the task is cleared and run again later.
        date = data_interval_end.date() - datetime.timedelta(days=1)
        command = [NIGHTLY, "--date", date.isoformat()]
        command += ["--input-root", "/srv/records", "--output-root", "/srv/scores"]
        command += ["--model", "/srv/models/triage", "--keys", "/srv/nightjar/keys", "--keep-days", "90"]
        command += ["--submit"]
        command += ["/opt/nightjar/submit-scripts/submit-yarn.sh --exchange hdfs:///exchange --executors 8 --"]
        command += ["--", "--config", "/opt/nightjar/conf/profiles/cluster.conf"]
        command += ["--conf", "spark.nightjar.keys.passphraseFile=/srv/nightjar/passphrase"]
        environment = {
            **os.environ,
            "SPARK_HOME": "/opt/spark",
            "HADOOP_CONF_DIR": "/etc/hadoop/conf",
            "NIGHTJAR_JAR": "/opt/nightjar/spark-job/target/nightjar.jar",
        }
        ended = SubprocessHook().run_command(command=command, env=environment)
        # A date without records is skipped, as on a day when none were taken.
        if ended.exit_code == NO_INPUT:
            raise AirflowSkipException("there are no records")
        # A person must look, so these are never tried again: after a refusal every attempt may be another question to
        # the key.
        if ended.exit_code in (BAD_INPUT, REFUSED):
            raise AirflowFailException(f"exit code {ended.exit_code}: not to be run again before a person has looked")
        if ended.exit_code != 0:
            raise AirflowException(f"exit code {ended.exit_code}")
        # XCom gets the last line of the output: the run's status as JSON.
        return ended.output

    score()
