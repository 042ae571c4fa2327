#!/usr/bin/env bash
# Runs a job of two owners, each with a standalone Spark cluster of its own (a master and two workers, each a process), and the
# same job in local mode, and compares the predicted classes by id. On the way an executor of either cluster and the data owner's
# driver are killed. Draws of serve cannot be repeated; they are cut off so near to their means that at most weights that lie between
# two integers differ, and both jobs must name the same classes.
#
#   SPARK_HOME   a Spark distribution; without it, the one inside the Python package pyspark is fetched into target/
set -euo pipefail

usage() {
  cat <<'USAGE'
usage: check-two-owners.sh [--limit RECORDS] [--samples S] [--model DIR] [--input FILE]

Has the bundled digits (or what is given) scored by two owners with a cluster each, and in local mode.
USAGE
}

fail() {
  printf 'check-two-owners: %s\n' "$*" >&2
  exit 1
}

root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
# shellcheck source=SCRIPTDIR/clusters.bash
source "$root/submit-scripts/clusters.bash"
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

find_spark
nightjar=$root/submit-scripts/nightjar
"$nightjar" --version >/dev/null # builds the job jar if need be
jar=$root/spark-job/target/nightjar.jar
begin_work two-owners

start_cluster model-owner
model_owner_url=$url model_owner_conf=$SPARK_CONF_DIR
start_cluster data-owner
data_owner_url=$url data_owner_conf=$SPARK_CONF_DIR

one_network=(--conf spark.nightjar.plan.clipSigmas=1e-12 --conf spark.nightjar.plan.modelPrivacy=none)
(umask 077 && head -c 32 /dev/urandom | base64 >"$work/passphrase")
passphrase=(--conf "spark.nightjar.keys.passphraseFile=$work/passphrase")
"$nightjar" identity new "${passphrase[@]}" "$work/keys" >"$work/identity.log" 2>&1 || fail "no identity: see $work"
"$nightjar" plan --model "$model" --samples "$samples" "${one_network[@]}" --json >"$work/plan.json"

submit() { # configuration, master, arguments of nightjar; its process is this one
  SPARK_CONF_DIR=$1 exec "$SPARK_HOME/bin/spark-submit" --master "$2" --deploy-mode client --conf spark.executor.memory=1g \
    --conf spark.executor.cores=1 --conf spark.cores.max=2 --class io.nightjar.cli.Main "$jar" "${@:3}"
}

serve() {
  submit "$model_owner_conf" "$model_owner_url" serve --model "$model" --samples "$samples" "${one_network[@]}" \
    --exchange "file:$work/exchange" --budget unlimited --owners anyone --jobs 1 \
    --conf "spark.nightjar.serve.stateDir=$work/state" >"$work/serve.log" 2>&1
}

agent() {
  submit "$data_owner_conf" "$data_owner_url" agent --master "$data_owner_url" --exchange "file:$work/exchange" \
    --keys "$work/keys" --plan "$work/plan.json" --model-owner anyone --input "$input" --limit "$limit" --format csv \
    "${passphrase[@]}" --output "$work/scored" --conf spark.speculation=true >>"$work/agent.log" 2>&1
}

# Waits for files that match below the exchange.
wait_for_files() { # pattern, what
  for _ in $(seq 600); do
    if [[ -n $(find "$work/exchange" -path "$1" -print -quit 2>/dev/null) ]]; then
      return
    fi
    sleep 0.1
  done
  fail "there is no $2"
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

printf 'check-two-owners: %s and %s\n' "$model_owner_url" "$data_owner_url" >&2
serve &
server=$!
pids+=("$server")
agent &
driver=$!
pids+=("$driver")
wait_for_files '*/wave-00000/round-00/up.json' "upload"
kill_an_executor data-owner
kill -9 "$driver"
wait "$driver" 2>/dev/null || true
printf 'check-two-owners: an executor of the data owner and its driver are killed; again\n' >&2
agent &
driver=$!
pids+=("$driver")
wait_for_files '*/wave-00000/round-00/down.json' "result"
kill_an_executor model-owner
wait "$driver" || { tail -n 20 "$work/agent.log" >&2 && fail "the agent failed"; }
wait "$server" || { tail -n 20 "$work/serve.log" >&2 && fail "serve failed"; }

printf 'check-two-owners: the same in local mode\n' >&2
"$nightjar" score --model "$model" --samples "$samples" "${one_network[@]}" --input "$input" --limit "$limit" --format csv \
  --output "$work/local" --master 'local[2]' >/dev/null

rows() { # output
  find "$1" -maxdepth 1 -name 'part-*' -exec tail -q -n +2 {} + | cut -d , -f 1,2 | sort
}
cmp <(rows "$work/local") <(rows "$work/scored") || fail "the results differ"
printf 'The same %d classes from two clusters (%d and %d executors in processes of their own) and in local mode.\n' \
  "$(rows "$work/scored" | wc -l)" "$(count_executors model-owner)" "$(count_executors data-owner)"
