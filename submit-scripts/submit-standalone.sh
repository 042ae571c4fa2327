#!/usr/bin/env bash
# Scores on a standalone Spark cluster.
set -euo pipefail
# shellcheck source=SCRIPTDIR/submit.bash
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/submit.bash"

usage() {
  cat <<USAGE
usage: submit-standalone.sh --master spark://HOST:PORT --exchange URI [options] -- --model DIR --input X --output Y ...

Scores on a standalone Spark cluster.

  --master URL           the cluster: spark://HOST:PORT. Required
$common_usage

A standalone cluster gives out cores and heap, and knows nothing of memory outside it: leave --memory-overhead free on
the workers for each executor. Without --executors a job takes all cores that there are.
USAGE
}

own_option() {
  case $1 in
    --master) master=$2 ;;
    *) return 1 ;;
  esac
}

cluster() {
  [[ $master == spark://* ]] || misuse "--master must be spark://HOST:PORT, not '$master'"
  if [[ -n $executors ]]; then
    set_conf spark.cores.max "$((executors * ${conf[spark.executor.cores]}))"
  fi
}

submit "$@"
