#!/usr/bin/env bash
# Runs a command on YARN.
set -euo pipefail
# shellcheck source=SCRIPTDIR/submit.bash
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/submit.bash"

usage() {
  cat <<USAGE
usage: submit-yarn.sh [--exchange URI] [options] -- [score|serve|agent] OPTIONS

Runs score, serve or agent on YARN. What this script passes to spark-submit is tested; it has not been run on a YARN
cluster yet.

  --queue NAME           the queue (default: YARN's)
$common_usage

Connections are authenticated and encrypted under a secret that Spark makes for the application. YARN passes it on,
so YARN's own RPC has to be encrypted (hadoop.rpc.protection=privacy in core-site.xml); where node managers run Spark's
shuffle service, they need spark.authenticate=true in yarn-site.xml.

  HADOOP_CONF_DIR or YARN_CONF_DIR  the cluster's configuration; required. Its default file system is where paths
                                    without a scheme are: say file:///... for those of this machine
USAGE
}

own_option() {
  case $1 in
    --queue) set_conf spark.yarn.queue "$2" ;;
    *) return 1 ;;
  esac
}

cluster() {
  [[ -n ${HADOOP_CONF_DIR:-}${YARN_CONF_DIR:-} ]] ||
    fail "neither HADOOP_CONF_DIR nor YARN_CONF_DIR is set: one must name the directory with the cluster's configuration"
  master=yarn
  if [[ -n $executors ]]; then
    set_conf spark.executor.instances "$executors"
  fi
}

submit "$@"
