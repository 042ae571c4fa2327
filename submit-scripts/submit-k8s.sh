#!/usr/bin/env bash
# Runs a command on Kubernetes.
set -euo pipefail
# shellcheck source=SCRIPTDIR/submit.bash
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/submit.bash"

usage() {
  cat <<USAGE
usage: submit-k8s.sh --master k8s://URL --image NAME [--exchange URI] [options] -- [score|serve|agent] OPTIONS

Runs score, serve or agent on Kubernetes, with the driver here and executors in pods. What this script passes to
spark-submit is tested; it has not been run on a Kubernetes cluster.

  --master URL           the cluster's API server: k8s://https://HOST:PORT. Required
  --image NAME           a container image with Spark 4, the same release as SPARK_HOME, and Java 17 or later, such as
                         deploy/image/build.sh makes. The job jar need not be in it: executors fetch it from the
                         driver. Required
  --namespace NAME       where the pods go (default: 'default')
$common_usage

Connections are authenticated and encrypted under a secret that Spark makes for the application. It is in the
environment of the executors' pods: whoever may read pods of the namespace reads it. A file that is mounted into them
keeps it from those: spark.authenticate.secret.driver.file and spark.authenticate.secret.executor.file.

Pods must reach the driver: set spark.driver.host with --conf, and spark.driver.port and spark.blockManager.port where
a firewall wants to know them. The native library is for Linux with glibc, on the machine's kind of processor; it is
unpacked to the pod's java.io.tmpdir, which must not be mounted noexec. Where the root file system is read-only, mount
an emptyDir (spark.kubernetes.executor.volumes.emptyDir.*) and name it with --native-tmpdir.
USAGE
}

image=

own_option() {
  case $1 in
    --master) master=$2 ;;
    --image) image=$2 ;;
    --namespace) set_conf spark.kubernetes.namespace "$2" ;;
    *) return 1 ;;
  esac
}

cluster() {
  [[ $master == k8s://* ]] || misuse "--master must be k8s://URL, not '$master'"
  [[ -n $image ]] || misuse "--image NAME is needed: a container image with Spark 4 and Java 17 or later"
  set_conf spark.kubernetes.container.image "$image"
  if [[ -n $executors ]]; then
    set_conf spark.executor.instances "$executors"
  fi
}

submit "$@"
