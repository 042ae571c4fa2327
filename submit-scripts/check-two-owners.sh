#!/usr/bin/env bash
# Runs a job of two owners, each with a standalone Spark cluster of its own (a master and two workers, each a process), and the
# same job in local mode, and compares the results row by row. On the way an executor of either cluster and the data owner's
# driver are killed. Draws of serve cannot be repeated, so the model is one whose weights are fixed.
#
#   SPARK_HOME   a Spark distribution; without it, the one inside the Python package pyspark is fetched into target/
set -euo pipefail

usage() {
  cat <<'USAGE'
usage: check-two-owners.sh [--limit RECORDS] [--samples S] [--model DIR] [--input FILE]

Has the bundled digits (or what is given) scored by two owners with a cluster each, and in local mode.
USAGE
}

# shellcheck source=SCRIPTDIR/checks.bash
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/checks.bash"
limit=2000 samples=2 model=$root/data/models/digits-mlp input=$root/data/digits/test-images-idx3-ubyte.gz
take_options 4 limit samples model input "$@"
command -v python3 >/dev/null || fail "there is no python3"

find_spark
nightjar=$here/nightjar
"$nightjar" --version >/dev/null # builds the job jar if need be
jar=$root/spark-job/target/nightjar.jar
begin_work two-owners

start_cluster model-owner
model_owner_url=$url model_owner_conf=$SPARK_CONF_DIR
start_cluster data-owner
data_owner_url=$url data_owner_conf=$SPARK_CONF_DIR

python3 "$here/fix-weights.py" "$model" "$work/model"
what=(--model "$work/model" --samples "$samples" --model-privacy none)
(umask 077 && head -c 32 /dev/urandom | base64 >"$work/passphrase")
passphrase=(--conf "spark.nightjar.keys.passphraseFile=$work/passphrase")
"$nightjar" identity new "${passphrase[@]}" "$work/keys" >"$work/identity.log" 2>&1 || fail "no identity: see $work"
"$nightjar" plan "${what[@]}" --json >"$work/plan.json"

submit() { # configuration, master, arguments of nightjar; its process is this one
  SPARK_CONF_DIR=$1 exec "$SPARK_HOME/bin/spark-submit" --master "$2" --deploy-mode client --conf spark.executor.memory=1g \
    --conf spark.executor.cores=1 --conf spark.cores.max=2 --class io.nightjar.cli.Main "$jar" "${@:3}"
}

serve() {
  submit "$model_owner_conf" "$model_owner_url" serve "${what[@]}" \
    --exchange "file:$work/exchange" --budget unlimited --owners anyone --jobs 1 \
    --conf "spark.nightjar.serve.stateDir=$work/state" >"$work/serve.log" 2>&1
}

agent() {
  submit "$data_owner_conf" "$data_owner_url" agent --master "$data_owner_url" --exchange "file:$work/exchange" \
    --keys "$work/keys" --plan "$work/plan.json" --model-owner anyone --input "$input" --limit "$limit" --format csv \
    "${passphrase[@]}" --output "$work/scored" --conf spark.speculation=true >>"$work/agent.log" 2>&1
}

has_file() { # pattern, below the exchange
  [[ -n $(find "$work/exchange" -path "$1" -print -quit 2>/dev/null) ]]
}

kill_an_executor() { # name
  local pid
  for pid in $(pgrep -f CoarseGrainedExecutorBackend); do
    if [[ $(readlink "/proc/$pid/cwd" 2>/dev/null) == "$work/$1"/worker* ]]; then
      kill -9 "$pid"
      return
    fi
  done
  fail "no executor of the $1 runs"
}

say "$model_owner_url and $data_owner_url"
serve &
server=$!
pids+=("$server")
agent &
driver=$!
pids+=("$driver")
await "the first upload" "$driver" has_file '*/wave-00000/round-00/up.json'
kill_an_executor data-owner
kill -9 "$driver"
wait "$driver" 2>/dev/null || true
say "an executor of the data owner and its driver are killed; again"
agent &
driver=$!
pids+=("$driver")
await "the first result" "$driver" has_file '*/wave-00000/round-00/down.json'
kill_an_executor model-owner
wait "$driver" || { tail -n 20 "$work/agent.log" >&2 && fail "the agent failed"; }
wait "$server" || { tail -n 20 "$work/serve.log" >&2 && fail "serve failed"; }

say "the same in local mode"
"$nightjar" score "${what[@]}" --input "$input" --limit "$limit" --format csv \
  --output "$work/local" --master 'local[2]' >/dev/null

cmp <(rows "$work/local") <(rows "$work/scored") || fail "the results differ"
printf 'The same %d rows from two clusters (%d and %d executors in processes of their own) and in local mode.\n' \
  "$(rows "$work/scored" | wc -l)" "$(count_executors model-owner)" "$(count_executors data-owner)"
