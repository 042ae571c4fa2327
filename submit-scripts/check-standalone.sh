#!/usr/bin/env bash
# Runs the same job on a standalone Spark cluster (a master and two workers, each a process of its own, submitted with
# spark-submit) and in local mode, with the same draws, and compares the rows of their results.
#
#   SPARK_HOME   a Spark distribution; without it, the one inside the Python package pyspark is fetched into target/
set -euo pipefail

usage() {
  cat <<'USAGE'
usage: check-standalone.sh [--limit RECORDS] [--samples S] [--model DIR] [--input FILE]

Scores the bundled digits (or what is given) on a standalone cluster of this machine and in local mode.
USAGE
}

# shellcheck source=SCRIPTDIR/checks.bash
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/checks.bash"
limit=2000 samples=2 model=$root/data/models/digits-mlp input=$root/data/digits/test-images-idx3-ubyte.gz
take_options 4 limit samples model input "$@"

find_spark
"$root/submit-scripts/nightjar" --version >/dev/null # builds the job jar if need be
jar=$root/spark-job/target/nightjar.jar
begin_work standalone
start_cluster cluster

head -c 32 /dev/urandom >"$work/secret"
job=(score --model "$model" --input "$input" --limit "$limit" --samples "$samples" --format csv
  --conf "spark.nightjar.job.seedFile=$work/secret" --conf spark.nightjar.waves.batches=1)

say "spark-submit to $url"
"$SPARK_HOME/bin/spark-submit" --master "$url" --deploy-mode client --conf spark.executor.memory=1g \
  --conf spark.executor.cores=1 --class io.nightjar.cli.Main "$jar" \
  "${job[@]}" --output "$work/scored" --conf "spark.nightjar.exchange.dir=file:$work/exchange" 2>"$work/submit.log" ||
  { tail -n 20 "$work/submit.log" >&2 && fail "the job failed on the cluster"; }
executors=$(count_executors cluster)
((executors >= 2)) || fail "only $executors executors ran"

say "the same in local mode"
"$root/submit-scripts/nightjar" "${job[@]}" --output "$work/local" --master 'local[2]'

cmp <(rows "$work/local") <(rows "$work/scored") || fail "the results differ"
(($(rows "$work/local" | wc -l) == limit)) || fail "there are not $limit results"
printf 'Bit-identical on a standalone cluster (%d executors in processes of their own) and in local mode.\n' "$executors"

say "an executor that no worker has room for, and a master that is gone"
refused() { # what it says, options of spark-submit
  local said
  if said=$("$SPARK_HOME/bin/spark-submit" --master "$url" --deploy-mode client --class io.nightjar.cli.Main \
    "${@:2}" "$jar" "${job[@]}" --output "$work/refused" --conf "spark.nightjar.exchange.dir=file:$work/exchange" 2>&1); then
    fail "a job ran where none could"
  fi
  [[ $said == *"nightjar: $1"* ]] || fail "it said: $said"
  [[ ! -e $work/refused ]] || fail "a job that could not run left something"
}
refused "No worker of $url is as large as an executor, which is to have 2 cores" --conf spark.executor.cores=2
pkill -P $$ -f org.apache.spark.deploy.master.Master
refused "The Spark master $url does not answer"
printf 'What cannot run on it is refused.\n'
