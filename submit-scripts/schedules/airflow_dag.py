"""Scores every date's records with Nightjar: for Airflow 3, into the folder of DAGs.

The worker that runs the task is the data owner's: it reads the records, holds the secret key and writes the results.
"""

import datetime

# In Airflow 2: from airflow import DAG; from airflow.operators.bash import BashOperator
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

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
    BashOperator(
        task_id="score",
        # The day before the run was due (in UTC), and the same one when the task is cleared and run again later.
        bash_command=(
            "/opt/nightjar/submit-scripts/nightly.sh"
            " --date {{ macros.ds_add(data_interval_end | ds, -1) }}"
            " --input-root /srv/records --output-root /srv/scores"
            " --model /srv/models/triage --keys /srv/nightjar/keys --keep-days 90"
            " --submit '/opt/nightjar/submit-scripts/submit-yarn.sh --exchange hdfs:///exchange --executors 8 --'"
            " -- --config /opt/nightjar/conf/profiles/cluster.conf"
            " --conf spark.nightjar.keys.passphraseFile=/srv/nightjar/passphrase"
        ),
        env={
            "SPARK_HOME": "/opt/spark",
            "HADOOP_CONF_DIR": "/etc/hadoop/conf",
            "NIGHTJAR_JAR": "/opt/nightjar/spark-job/target/nightjar.jar",
        },
        append_env=True,
        # The same command goes on where it was.
        retries=3,
        retry_delay=datetime.timedelta(minutes=30),
        # A date without records is skipped, as on a day when none were taken.
        skip_on_exit_code=NO_INPUT,
        # XCom gets the last line of the output: the run's status as JSON.
        do_xcom_push=True,
    )
