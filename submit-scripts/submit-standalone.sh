#!/usr/bin/env bash
# Runs a command on a standalone Spark cluster.
set -euo pipefail
# shellcheck source=SCRIPTDIR/submit.bash
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/submit.bash"

usage() {
  cat <<USAGE
usage: submit-standalone.sh --master spark://HOST:PORT [--exchange URI] [options] -- [score|serve|agent] OPTIONS

Runs score, serve or agent on a standalone Spark cluster.

  --master URL           the cluster: spark://HOST:PORT. Required
$common_usage

Connections are authenticated and encrypted. A standalone cluster makes no secrets for that: it has one of its own, as
spark.authenticate.secret in the spark-defaults.conf of its machines and of this one (SPARK_CONF_DIR, else
SPARK_HOME/conf), which is for the eyes of whoever runs Spark: mode 600. To make one: openssl rand -hex 32. A cluster
without wants --conf spark.authenticate=false --conf spark.network.crypto.enabled=false; who listens then reads the
model.

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

require_secret() {
  local pair defaults=${SPARK_CONF_DIR:-$SPARK_HOME/conf}/spark-defaults.conf
  for pair in ${own_conf[@]+"${own_conf[@]}"}; do
    [[ $pair != spark.authenticate=false ]] || return 0
  done
  grep -qsE '^[[:space:]]*spark\.authenticate\.secret[[:space:]=:]' "$defaults" ||
    fail "there is no spark.authenticate.secret in $defaults: put that of the cluster there (see --help)"
}

cluster() {
  [[ $master == spark://* ]] || misuse "--master must be spark://HOST:PORT, not '$master'"
  require_secret
  if [[ -n $executors ]]; then
    set_conf spark.cores.max "$((executors * ${conf[spark.executor.cores]}))"
  fi
}

submit "$@"
