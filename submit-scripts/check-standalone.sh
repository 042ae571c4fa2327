#!/usr/bin/env bash
# Runs the same job on a standalone Spark cluster (a master and two workers, each a process of its own, submitted with
# spark-submit) and in local mode, with the same draws, and compares the results byte for byte.
#
#   SPARK_HOME   a Spark distribution; without it, the one inside the Python package pyspark is fetched into target/
set -euo pipefail

usage() {
  cat <<'USAGE'
usage: check-standalone.sh [--limit RECORDS] [--samples S] [--model DIR] [--input FILE]

Scores the bundled digits (or what is given) on a standalone cluster of this machine and in local mode.
USAGE
}

fail() {
  printf 'check-standalone: %s\n' "$*" >&2
  exit 1
}

root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
limit=2000 samples=2 model=$root/data/models/digits-mlp input=$root/data/digits/test-images-idx3-ubyte.gz
while (($#)); do
  case $1 in
    --limit | --samples | --model | --input)
      (($# > 1)) || fail "$1 needs a value"
      declare "${1#--}=$2"
      shift 2
      ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) fail "unknown argument '$1' (see --help)" ;;
  esac
done

# The same Spark as the build compiles against.
version=$(sed -n 's:.*<spark.version>\(.*\)</spark.version>.*:\1:p' "$root/pom.xml")
if [[ -z ${SPARK_HOME:-} ]]; then
  environment=$root/target/pyspark-$version
  if [[ ! -x $environment/bin/spark-submit ]]; then
    command -v python3 >/dev/null || fail "no SPARK_HOME, and no python3 to fetch pyspark $version with"
    printf 'check-standalone: fetching pyspark %s (about 450 MB) into %s\n' "$version" "$environment" >&2
    python3 -m venv "$environment"
    "$environment/bin/pip" install --quiet wheel setuptools
    "$environment/bin/pip" install --quiet "pyspark==$version"
  fi
  SPARK_HOME=$("$environment/bin/python" -c 'import os, pyspark; print(os.path.dirname(pyspark.__file__))')
fi
export SPARK_HOME SPARK_LOCAL_IP=127.0.0.1
[[ -x $SPARK_HOME/bin/spark-submit ]] || fail "SPARK_HOME is '$SPARK_HOME', which has no bin/spark-submit"

"$root/submit-scripts/nightjar" --version >/dev/null # builds the job jar if need be
jar=$root/spark-job/target/nightjar.jar

mkdir -p "$root/target"
work=$(mktemp -d "$root/target/standalone.XXXXXX")
pids=()
finish() {
  local status=$?
  ((${#pids[@]} == 0)) || kill "${pids[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  if ((status == 0)); then
    rm -rf "$work"
  else
    printf 'check-standalone: failed; logs are in %s\n' "$work" >&2
  fi
}
trap finish EXIT

# Such a cluster has one secret of its own, for all its machines and for whoever submits.
mkdir -m 700 "$work/conf"
(
  umask 077
  cat "$root/conf/spark-defaults.conf"
  printf 'spark.authenticate.secret %s\n' "$(head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n')"
) >"$work/conf/spark-defaults.conf"
export SPARK_CONF_DIR=$work/conf

wait_for() { # pattern, log, what
  for _ in $(seq 120); do
    if grep -q "$1" "$2" 2>/dev/null; then
      return
    fi
    sleep 0.5
  done
  fail "$3 did not come up"
}

"$SPARK_HOME/bin/spark-class" org.apache.spark.deploy.master.Master --host 127.0.0.1 --port 0 --webui-port 0 \
  >"$work/master.log" 2>&1 &
pids+=($!)
wait_for 'Starting Spark master at spark://' "$work/master.log" "the master"
url=$(sed -n 's:.*Starting Spark master at \(spark\://[0-9.]*\:[0-9]*\).*:\1:p' "$work/master.log" | head -n 1)
for worker in 1 2; do
  "$SPARK_HOME/bin/spark-class" org.apache.spark.deploy.worker.Worker --cores 1 --memory 1g --webui-port 0 \
    --work-dir "$work/worker$worker" "$url" >"$work/worker$worker.log" 2>&1 &
  pids+=($!)
done
wait_for 'Successfully registered with master' "$work/worker1.log" "the first worker"
wait_for 'Successfully registered with master' "$work/worker2.log" "the second worker"

head -c 32 /dev/urandom >"$work/secret"
job=(score --model "$model" --input "$input" --limit "$limit" --samples "$samples" --format csv
  --conf "spark.nightjar.job.seedFile=$work/secret" --conf spark.nightjar.waves.batches=1)

printf 'check-standalone: spark-submit to %s\n' "$url" >&2
"$SPARK_HOME/bin/spark-submit" --master "$url" --deploy-mode client --conf spark.executor.memory=1g \
  --conf spark.executor.cores=1 --class io.nightjar.cli.Main "$jar" \
  "${job[@]}" --output "$work/cluster" --conf "spark.nightjar.exchange.dir=file:$work/exchange" 2>"$work/submit.log" ||
  { tail -n 20 "$work/submit.log" >&2 && fail "the job failed on the cluster"; }
executors=$(find "$work"/worker? -mindepth 2 -maxdepth 2 -type d | wc -l)
((executors >= 2)) || fail "only $executors executors ran"

printf 'check-standalone: the same in local mode\n' >&2
"$root/submit-scripts/nightjar" "${job[@]}" --output "$work/local" --master 'local[2]'

for part in "$work"/local/part-*; do
  cmp "$part" "$work/cluster/$(basename "$part")" || fail "the results differ"
done
(($(find "$work/cluster" -maxdepth 1 -name 'part-*' | wc -l) == $(find "$work/local" -maxdepth 1 -name 'part-*' | wc -l))) ||
  fail "the results differ in their number of files"
printf 'Bit-identical on a standalone cluster (%d executors in processes of their own) and in local mode.\n' "$executors"
