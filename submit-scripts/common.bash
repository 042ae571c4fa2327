# What the scripts beside this one share; for bash 4.4 or later. Sourced, not run.
# shellcheck disable=SC2034 # what is not used here is used there

root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
here=$root/submit-scripts

json_string() {
  local text=${1//\\/\\\\}
  text=${text//\"/\\\"}
  text=${text//$'\n'/\\n}
  text=${text//$'\t'/\\t}
  printf '"%s"' "${text//[[:cntrl:]]/ }"
}

# Prints a line on standard error, with NIGHTJAR_LOG=json as conf/log4j2-json.properties has it.
say() { # level, message, what stands before it as text
  if [[ ${NIGHTJAR_LOG:-} == json ]]; then
    TZ=UTC printf '{"ts":"%(%Y-%m-%dT%H:%M:%SZ)T","level":"%s","msg":%s,"logger":"%s"}\n' -1 "$1" "$(json_string "$2")" "${0##*/}" >&2
  else
    printf '%s: %s\n' "${3:-${0##*/}}" "$2" >&2
  fi
}

# Something is not as it must be on this machine.
fail() {
  say ERROR "$*"
  exit 1
}

# The command line is not as it must be.
misuse() {
  say ERROR "$* (see --help)"
  exit 2
}

# Prints what log4j is to be configured by.
log_configuration() {
  case ${NIGHTJAR_LOG:-text} in
    text) printf '%s\n' "$root/conf/log4j2.properties" ;;
    json) printf '%s,%s\n' "$root/conf/log4j2.properties" "$root/conf/log4j2-json.properties" ;;
    *) misuse "NIGHTJAR_LOG is '$NIGHTJAR_LOG': it must be text or json" ;;
  esac
}

# Prints words as one line that can be pasted into a shell.
quoted() {
  local word line=
  for word; do
    if [[ ! $word =~ ^[A-Za-z0-9_@%+=:,./-]+$ ]]; then
      word=\'${word//\'/\'\\\'\'}\'
    fi
    line+="$word "
  done
  printf '%s\n' "${line% }"
}

# Prints the value of an option, the first word, among the other words; fails if it is not there.
value_of() {
  local option=$1
  shift
  while (($#)); do
    case $1 in
      "$option")
        (($# > 1)) || return 1
        printf '%s\n' "$2"
        return
        ;;
      "$option"=*)
        printf '%s\n' "${1#*=}"
        return
        ;;
    esac
    shift
  done
  return 1
}

# Refuses words that put a secret where every user of the machine can read it.
refuse_secrets() {
  local word
  for word; do
    case ${word,,} in
      spark.nightjar.keys.passphrasefile=*) ;;
      *spark.authenticate.secret=*)
        misuse "no secret belongs on a command line: Spark reads spark.authenticate.secret from its own" \
          "spark-defaults.conf"
        ;;
      *fs.s3a.*.key=* | *fs.s3a.*token=* | *fs.azure.account.key*=* | *fs.azure.*secret*=*)
        misuse "no credentials of a bucket belong on a command line: see \"Meeting in a bucket\" in docs/two-owners.md"
        ;;
      *nightjar_*passphrase=* | *spark.nightjar.*passphrase*=* | *spark.nightjar.*password*=*)
        misuse "no passphrase belongs on a command line: export NIGHTJAR_PASSPHRASE, or name a file with" \
          "--conf spark.nightjar.keys.passphraseFile=FILE"
        ;;
    esac
  done
}
