# What the scripts check-*.sh share. Sourced by a script that has defined `usage`, and the
# variables that its options set, each with its default.
# shellcheck disable=SC2034,SC2154 # what is not used or not set here is used or set there

# shellcheck source=SCRIPTDIR/common.bash
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

say() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
}

# Sets variables by options of the same names.
take_options() { # how many names, the names, the arguments of the script
  local names=" ${*:2:$1} "
  shift $(($1 + 1))
  while (($#)); do
    if [[ $1 == -h || $1 == --help ]]; then
      usage
      exit 0
    fi
    [[ $1 == --* && $names == *" ${1#--} "* ]] || misuse "unknown argument '$1'"
    (($# > 1)) || misuse "$1 needs a value"
    printf -v "${1#--}" '%s' "$2"
    shift 2
  done
}

# Makes `work`, which goes at the end unless something failed, with all processes in `pids`.
begin_work() { # name
  mkdir -p "$root/target"
  work=$(mktemp -d "$root/target/$1.XXXXXX")
  pids=()
  trap 'finish_work "$?"' EXIT
  trap 'exit 130' INT TERM
}

finish_work() { # status
  ((${#pids[@]} == 0)) || kill "${pids[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  if (($1 == 0)); then
    rm -rf "$work"
  else
    say "failed; logs are in $work"
  fi
}

# Prints the rows of all parts of an output; waves, and files, may be cut in other ways elsewhere.
rows() { # output
  find "$1" -maxdepth 1 -name 'part-*' -exec tail -q -n +2 {} + | LC_ALL=C sort
}

# Prints the version of the Spark that the build compiles against.
built_for() {
  sed -n 's:.*<spark.version>\(.*\)</spark.version>.*:\1:p' "$root/pom.xml"
}

# Prints the version of Nightjar.
version_of_build() {
  sed -n '/<artifactId>nightjar-parent</{n;s:.*<version>\(.*\)</version>.*:\1:p}' "$root/pom.xml"
}

# Sets SPARK_HOME, unless it is set, to a Spark inside the Python package pyspark: that which the build compiles against.
find_spark() { # version, if it is to be another
  local version=${1:-$(built_for)} environment
  if [[ -z ${SPARK_HOME:-} ]]; then
    environment=$root/target/pyspark-$version
    if [[ ! -x $environment/bin/spark-submit ]]; then
      command -v python3 >/dev/null || fail "no SPARK_HOME, and no python3 to fetch pyspark $version with"
      say "fetching pyspark $version (about 450 MB) into $environment"
      python3 -m venv "$environment"
      "$environment/bin/pip" install --quiet wheel setuptools
      "$environment/bin/pip" install --quiet "pyspark==$version"
    fi
    SPARK_HOME=$("$environment/bin/python" -c 'import os, pyspark; print(os.path.dirname(pyspark.__file__))')
  fi
  export SPARK_HOME SPARK_LOCAL_IP=127.0.0.1
  [[ -x $SPARK_HOME/bin/spark-submit ]] || fail "SPARK_HOME is '$SPARK_HOME', which has no bin/spark-submit"
}

# Waits for a condition for some minutes at most, as long as a process lives.
await() { # what, process, condition...
  local what=$1 process=$2
  shift 2
  for _ in $(seq 600); do
    if "$@"; then
      return
    fi
    kill -0 "$process" 2>/dev/null || fail "$what did not happen: a process has ended"
    sleep 0.5
  done
  fail "$what did not happen"
}

# Starts a master and two workers, each a process of its own, under $work/NAME. Sets `url`, and SPARK_CONF_DIR to what the
# cluster and whoever submits to it go by: such a cluster has one secret, for all its machines and for them.
start_cluster() { # name
  local place=$work/$1 worker
  mkdir -p "$place"
  mkdir -m 700 "$place/conf"
  (
    umask 077
    cat "$root/conf/spark-defaults.conf"
    printf 'spark.authenticate.secret %s\n' "$(head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n')"
  ) >"$place/conf/spark-defaults.conf"
  export SPARK_CONF_DIR=$place/conf
  "$SPARK_HOME/bin/spark-class" org.apache.spark.deploy.master.Master --host 127.0.0.1 --port 0 --webui-port 0 \
    >"$place/master.log" 2>&1 &
  pids+=($!)
  await "the start of $1's master" $! grep -qs 'Starting Spark master at spark://' "$place/master.log"
  url=$(sed -n 's:.*Starting Spark master at \(spark\://[0-9.]*\:[0-9]*\).*:\1:p' "$place/master.log" | head -n 1)
  for worker in 1 2; do
    "$SPARK_HOME/bin/spark-class" org.apache.spark.deploy.worker.Worker --cores 1 --memory 1g --webui-port 0 \
      --work-dir "$place/worker$worker" "$url" >"$place/worker$worker.log" 2>&1 &
    pids+=($!)
    await "the start of $1's worker $worker" $! grep -qs 'Successfully registered with master' "$place/worker$worker.log"
  done
}

# Prints how many executors of a cluster ran, each in a directory of its own.
count_executors() { # name
  find "$work/$1"/worker? -mindepth 2 -maxdepth 2 -type d | wc -l
}
