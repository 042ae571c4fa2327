# What submit-standalone.sh, submit-yarn.sh and submit-k8s.sh share: the options that all have, and the command for
# spark-submit. Sourced by a script that then defines
#
#   usage               prints its help
#   own_option NAME V   takes an option of its own, or fails
#   cluster             checks what was given, sets `master` and what else the cluster needs, with `set_conf`
#
# and calls `submit "$@"`.
# shellcheck disable=SC2034 # what is not used here is used there

# shellcheck source=SCRIPTDIR/common.bash
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

common_usage=$(
  cat <<'USAGE'
  --exchange URI         where driver and executors of `score` exchange ciphertexts; both must reach it, and it must not
                         be the output. hdfs:, s3a:, or file: on a mount that all machines share. Required for `score`;
                         `serve` and `agent` have an exchange of their own, after --
  --executors N          how many executors
  --executor-cores C     cores of each (default: as in conf/spark-defaults.conf)
  --executor-memory M    heap of each (default: as in conf/spark-defaults.conf)
  --memory-overhead M    memory of each outside the heap, where the ciphertexts are (default: what `nightjar plan`
                         says for this model and so many cores, of several models the most; `agent` needs it)
  --driver-memory M      heap of the driver (default: as in conf/spark-defaults.conf)
  --native-tmpdir DIR    where executors unpack the native library, if their java.io.tmpdir is mounted noexec
  --conf KEY=VALUE       a setting of Spark or Nightjar, over all others; repeatable
  --dry-run              print the command, ready to be pasted, and do nothing
  -h, --help             print this
  --                     what follows is the command, `score` (which may be left out), `serve` or `agent`, and its
                         options

The driver runs here (--deploy-mode client). With `score` here is the data owner: the driver reads the records, holds
the secret key and writes the results; in cluster mode it would run on a machine of whoever rents out the executors.
Executors get the model, the draws and ciphertexts. With `serve` here is the model owner, whose executors these are.
With `agent` here is a data owner, and the cluster one that it trusts with its records and keys. Executors need no
installation but Java 17 and Spark 4.

The passphrase of --keys comes from NIGHTJAR_PASSPHRASE or from the file that the setting
spark.nightjar.keys.passphraseFile names; on a command line it is refused.

  SPARK_HOME    the Spark to submit with; required
  NIGHTJAR_JAR  the job jar; else that of this source tree, which is built if need be
  NIGHTJAR_LOG  'json' for logs of driver and executors as lines of JSON; else 'text'

Exit codes are those of the command: 0 done, 2 bad input or usage, 3 refused, 1 anything else.
USAGE
)

dry_run=false nightjar=score master='' exchange='' executors='' native_tmpdir=''
declare -A conf=()
conf_keys=() own_conf=()

# The last value of a key counts, at the place of the first.
set_conf() {
  [[ -v "conf[$1]" ]] || conf_keys+=("$1")
  conf[$1]=$2
}

read_defaults() {
  local key value
  while read -r key value; do
    if [[ -n $key && $key != \#* ]]; then
      set_conf "$key" "$value"
    fi
  done <"$root/conf/spark-defaults.conf"
}

option() { # name, value
  case $1 in
    --exchange) exchange=$2 ;;
    --executors)
      [[ $2 =~ ^[1-9][0-9]{0,4}$ ]] || misuse "--executors must be a whole number from 1 to 99999, not '$2'"
      executors=$2
      ;;
    --executor-cores)
      [[ $2 =~ ^[1-9][0-9]{0,3}$ ]] || misuse "--executor-cores must be a whole number from 1 to 9999, not '$2'"
      set_conf spark.executor.cores "$2"
      ;;
    --executor-memory) set_conf spark.executor.memory "$2" ;;
    --memory-overhead) set_conf spark.executor.memoryOverhead "$2" ;;
    --driver-memory) set_conf spark.driver.memory "$2" ;;
    --native-tmpdir) native_tmpdir=$2 ;;
    --conf)
      [[ $2 == *=* ]] || misuse "--conf must be KEY=VALUE, not '$2'"
      own_conf+=("$2")
      ;;
    *) own_option "$1" "$2" || misuse "unknown option '$1'; options of the command come after --" ;;
  esac
}

# A dry run builds nothing; everything else uses the jar of the sources as they are.
find_jar() {
  jar=${NIGHTJAR_JAR:-$root/spark-job/target/nightjar.jar}
  if [[ -z ${NIGHTJAR_JAR:-} ]] && ! "$dry_run"; then
    "$here/nightjar" --version >/dev/null
  fi
}

# Prints, word by word, those options of the command that a plan depends on, but for the model.
plan_options() { # options of the command
  local pair
  for pair in ${own_conf[@]+"${own_conf[@]}"}; do
    [[ $pair != spark.nightjar.* ]] || printf '%s\0' --conf "$pair"
  done
  while (($#)); do
    case $1 in
      --samples=* | --config=* | --conf=* | --protocol=* | --model-privacy=* | --budget=*) printf '%s\0' "$1" ;;
      --samples | --config | --conf | --protocol | --model-privacy | --budget)
        (($# > 1)) || misuse "$1 needs a value"
        printf '%s\0' "$1" "$2"
        shift
        ;;
    esac
    shift
  done
}

# Prints what `plan` recommends for a model.
overhead_of() { # model, more options of plan
  local plan overhead
  plan=$(NIGHTJAR_JAR=$jar "$here/nightjar" plan --model "$1" "${@:2}" \
    --executor-cores "${conf[spark.executor.cores]}") || exit
  overhead=$(sed -n 's/.*spark\.executor\.memoryOverhead=\([0-9]*\)m.*/\1/p' <<<"$plan")
  [[ -n $overhead ]] || fail "'nightjar plan' recommends no memoryOverhead for $1; give --memory-overhead"
  printf '%s\n' "$overhead"
}

# Asks `plan`, unless it was said.
recommend_overhead() { # options of the command
  local model models overhead options most=0
  [[ ! -v conf[spark.executor.memoryOverhead] ]] || return 0
  [[ $nightjar != agent ]] || misuse "agent needs --memory-overhead: what its tasks take follows from the other party's plan"
  [[ -e $jar ]] || fail "there is no $jar to plan with: build it ('submit-scripts/nightjar --version'), or give --memory-overhead"
  mapfile -d '' -t options < <(plan_options "$@")
  if models=$(value_of --models "$@"); then
    for model in "$models"/*/serve.conf; do
      [[ -e $model ]] || misuse "there is no model with a serve.conf in '$models'"
      overhead=$(overhead_of "$(dirname "$model")" "${options[@]}" --config "$model") || exit
      ((overhead <= most)) || most=$overhead
    done
  else
    most=$(overhead_of "$(value_of --model "$@")" "${options[@]}") || exit
  fi
  set_conf spark.executor.memoryOverhead "${most}m"
}

# Checks what every command needs.
require_command() { # options of the command
  case $nightjar in
    score)
      value_of --model "$@" >/dev/null || misuse "score needs --model DIR, after --"
      [[ -n $exchange ]] || misuse "--exchange URI is needed: executors and driver meet there"
      set_conf spark.nightjar.exchange.dir "$exchange"
      ;;
    serve)
      value_of --model "$@" >/dev/null || value_of --models "$@" >/dev/null ||
        misuse "serve needs --model DIR or --models DIR, after --"
      ;;
  esac
  if [[ $nightjar != score ]]; then
    value_of --exchange "$@" >/dev/null || misuse "$nightjar needs --exchange URI, after --"
    [[ -z $exchange ]] || misuse "$nightjar has its exchange after --"
  fi
}

submit() {
  refuse_secrets "$@"
  read_defaults
  while (($#)) && [[ $1 != -- ]]; do
    case $1 in
      -h | --help)
        usage
        exit
        ;;
      --dry-run)
        dry_run=true
        shift
        ;;
      --*=*)
        option "${1%%=*}" "${1#*=}"
        shift
        ;;
      --*)
        (($# > 1)) || misuse "$1 needs a value"
        option "$1" "$2"
        shift 2
        ;;
      *) misuse "unknown argument '$1'; options of the command come after --" ;;
    esac
  done
  (($# > 1)) || misuse "there is nothing to do: give score's options after --, or another command and its"
  shift
  case $1 in
    score | serve | agent)
      nightjar=$1
      shift
      ;;
    -*) ;;
    *) misuse "'$1' is not run on a cluster: score, serve and agent are" ;;
  esac

  local pair key logs
  require_command "$@"
  [[ -n ${SPARK_HOME:-} ]] || fail "SPARK_HOME is not set: it must name a Spark 4 distribution, to submit with its bin/spark-submit"
  [[ -x $SPARK_HOME/bin/spark-submit ]] || fail "SPARK_HOME is '$SPARK_HOME', which has no bin/spark-submit"

  # Into the options that Spark puts first: extraJavaOptions stay the cluster's, or the user's. Spark splits them as a
  # shell would.
  local driver_java=${conf[spark.driver.defaultJavaOptions]:-} executor_java=${conf[spark.executor.defaultJavaOptions]:-}
  driver_java+=" $(quoted "-Dnightjar.home=$root") $(quoted "-Dnightjar.conf=$root/conf/nightjar.conf")"
  logs=$(log_configuration) || exit
  driver_java+=" $(quoted "-Dlog4j2.configurationFile=$logs") -Dnightjar.log.spark=warn"
  if [[ ${NIGHTJAR_LOG:-} == json ]]; then
    driver_java+=" -Dnightjar.log=json"
    set_conf spark.log.structuredLogging.enabled true # for executors, which have nothing of this directory
  fi
  set_conf spark.driver.defaultJavaOptions "${driver_java# }"
  if [[ -n $native_tmpdir ]]; then
    executor_java+=" $(quoted "-Dnightjar.native.tmpdir=$native_tmpdir")"
    set_conf spark.executor.defaultJavaOptions "${executor_java# }"
  fi
  cluster
  for pair in ${own_conf[@]+"${own_conf[@]}"}; do
    set_conf "${pair%%=*}" "${pair#*=}"
  done
  find_jar
  recommend_overhead "$@"

  local command=("$SPARK_HOME/bin/spark-submit" --master "$master" --deploy-mode client --class io.nightjar.cli.Main)
  for key in "${conf_keys[@]}"; do
    command+=(--conf "$key=${conf[$key]}")
  done
  command+=("$jar" "$nightjar" "$@")
  if [[ $nightjar == agent ]]; then
    command+=(--master "$master") # which agent takes no other way, lest records go where they should not
  fi
  if "$dry_run"; then
    quoted "${command[@]}"
  else
    exec "${command[@]}"
  fi
}
