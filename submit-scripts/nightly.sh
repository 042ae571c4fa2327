#!/usr/bin/env bash
# Scores one date, by `score` or `agent`: a date partition in, a date partition out. For Linux: GNU date and mv, and flock of util-linux.
set -euo pipefail
# shellcheck source=SCRIPTDIR/common.bash
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/common.bash"

usage() {
  cat <<'USAGE'
usage: nightly.sh --input-root DIR --output-root DIR --model DIR [options] [-- further options of `nightjar score`]
       nightly.sh --input-root DIR --output-root DIR --exchange URI --plan FILE --model-owner FINGERPRINT \
           --keys KEYDIR [options] [-- further options of `nightjar agent`]

Scores the records in INPUT/date=YYYY-MM-DD into OUTPUT/date=YYYY-MM-DD: with a model that is here, or by whoever serves
one in an exchange. The same command again goes on with an interrupted run, and does nothing for a finished date. Dates
do not depend on each other: one that failed stands in no other's way, and is tried again with --date.

  --input-root DIR    has a partition for each date
  --output-root DIR   gets one
  --model DIR         the model, for `nightjar score`
  --exchange URI      where the model owner serves, for `nightjar agent`, which also needs --keys and
  --plan FILE         the plan that was agreed on, and
  --model-owner F     the model owner's fingerprint, or anyone
  --date YYYY-MM-DD   which date (default: yesterday, by this machine's clock and time zone)
  --keys KEYDIR       an identity (`nightjar identity new`): an interrupted run goes on from the last round, not wave
  --ready-file NAME   the input partition counts as there only when it has this file, such as _SUCCESS
  --keep-days N       once the date is done, remove output partitions more than N days older than it (default: none).
                      Only finished ones go: named date=YYYY-MM-DD, with _SUCCESS and the mark of `nightjar score`
  --submit COMMAND    the command that scores, quoted as for a shell (default: 'submit-scripts/nightjar score', or
                      'agent', with its whole path); for a cluster:
                      'submit-scripts/submit-yarn.sh --exchange hdfs:///exchange --', or
                      'submit-scripts/submit-yarn.sh --memory-overhead 2g -- agent'
  --lock FILE         a file on this machine that is locked meanwhile (default: .nightly.lock in the output root)
  --dry-run           print the command, ready to be pasted, and as comments what --keep-days would remove; do nothing

Directories are this machine's, also when executors are elsewhere: only the driver, which runs here, reads records and
writes results. Either root may be a URI such as hdfs:///records. Then this script cannot look into it: a missing input
partition is bad input like any other (2 instead of 66), --ready-file and --keep-days are refused, and an output root
elsewhere needs --lock.

The passphrase of the identity comes from the environment variable NIGHTJAR_PASSPHRASE, or from a file:
-- --conf spark.nightjar.keys.passphraseFile=FILE. Nobody can be asked for it.

Standard error has a line with a timestamp for each event, between those of the job; with NIGHTJAR_LOG=json in the
environment each is a line of JSON. Standard output has one line of
JSON at the end, of less than 1,000 bytes: date, status, exitCode, seconds, output, how many partitions were removed,
and what the job's report says of records, recordsPerSecond and accuracy, as far as it does. An output root on this
machine keeps the line as .nightly/DATE.json, for `nightjar history`.

  exit code  status            what it means                                   what to do
  0          done              the date is scored
  0          empty             it has no records, and no output
  0          nothing-to-do     it was already scored
  1          failed            a machine, a disk, the network                  run it again: it goes on
  1          not-removed       scored, but an old partition would not go       see the log
  2          bad-input         bad records, model, settings or command line    a person must look
  3          refused           by the other party or by policy, or results     a person must look, and nobody runs it
                               came back that no honest evaluation gives       again before
  66         no-input          no input partition, or not ready                run it again later
  75         locked            another run is under way                        nothing, or see what takes it so long
  128 + n    interrupted       ended by signal n                               run it again: it goes on
USAGE
}

readonly no_input=66 locked=75

log() {
  local now
  printf -v now '%(%Y-%m-%dT%H:%M:%S%z)T' -1
  say INFO "$*" "$now nightly"
}

is_date() {
  [[ $1 =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}$ && $(date -u -d "$1" +%F 2>/dev/null) == "$1" ]]
}

is_uri() {
  [[ $1 =~ ^[A-Za-z][A-Za-z0-9+.-]*: ]]
}

# Ours is a path; for Hadoop, whose default file system may be another, it says so.
uri() {
  if is_uri "$1"; then
    printf '%s\n' "$1"
  else
    printf 'file://%s\n' "$1"
  fi
}

absolute() {
  if is_uri "$1" || [[ $1 == /* ]]; then
    printf '%s\n' "$1"
  else
    printf '%s/%s\n' "$PWD" "$1"
  fi
}

# Prints the output partitions that --keep-days lets go.
expired() {
  local cutoff partition name
  [[ -n $keep_days ]] || return 0
  cutoff=$(date -u -d "$date $keep_days days ago" +%F)
  for partition in "$output_root"/date=*; do
    name=${partition##*/}
    if is_date "${name#date=}" && [[ ${name#date=} < $cutoff && -d $partition && ! -L $partition && -f $partition/_SUCCESS &&
      -f $partition/_nightjar/job.json ]]; then
      printf '%s\n' "$name"
    fi
  done
}

# What removing began and did not finish lies under another name, out of the way of who reads the results.
readonly removing=.removing.

remove_expired() {
  local name left old
  for left in "$output_root/$removing"date=*; do
    name=${left##*/"$removing"date=}
    if is_date "$name" && [[ -d $left && ! -L $left ]]; then
      rm -rf -- "$left" || return
    fi
  done
  for name in $(expired); do
    old=$output_root/$removing$name
    mv -T -- "$output_root/$name" "$old" || return
    rm -rf -- "$old" || return
    removed+=("$name")
    log "removed $output_root/$name, more than $keep_days days older than $date"
  done
}

# Prints a number that the job's report has, if it does; of several of that name the first is the whole job's.
figure() { # key
  local rest=${report#*"\"$1\":"}
  [[ $rest != "$report" && $rest =~ ^(-?[0-9][0-9.eE+-]*) ]] || return 0
  printf ',"%s":%s' "$1" "${BASH_REMATCH[1]}"
}

keep_status() { # line
  local place=$output_root/.nightly
  mkdir -p -- "$place" && printf '%s\n' "$1" >"$place/.$date.tmp" && mv -T -- "$place/.$date.tmp" "$place/$date.json"
}

finish() { # status, exit code
  local line shown=$output
  ((${#shown} <= 500)) || shown=...${shown: -497}
  line=$(printf '{"date":"%s","status":"%s","exitCode":%d,"seconds":%d,"output":%s,"removed":%d%s%s%s}' \
    "$date" "$1" "$2" "$SECONDS" "$(json_string "$shown")" "${#removed[@]}" \
    "$(figure records)" "$(figure recordsPerSecond)" "$(figure accuracy)")
  # What a date came to stays known when it is asked for again.
  if [[ $1 != locked && ! ($1 == nothing-to-do && -e $output_root/.nightly/$date.json) ]] && ! is_uri "$output_root"; then
    keep_status "$line" || log "the status of $date could not be kept in $output_root/.nightly"
  fi
  printf '%s\n' "$line"
  exit "$2"
}

input_root='' output_root='' model='' exchange='' plan='' model_owner='' date='' keys='' ready_file='' keep_days='' submit='' lock='' dry_run=false
refuse_secrets "$@"
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
    --input-root | --output-root | --model | --exchange | --plan | --model-owner | --date | --keys | --ready-file | --keep-days | --submit | --lock)
      (($# > 1)) && [[ -n $2 ]] || misuse "$1 needs a value"
      name=${1#--}
      declare "${name//-/_}=$2"
      shift 2
      ;;
    *) misuse "unknown argument '$1'; options of score or agent come after --" ;;
  esac
done
shift $(($# > 0))

for name in input_root output_root; do
  [[ -n ${!name} ]] || misuse "--${name//_/-} DIR is needed"
  declare "$name=$(absolute "${!name}")"
done
if [[ -n $exchange ]]; then
  [[ -z $model ]] || misuse "--model is for score and --exchange for agent: give one of them"
  [[ -n $plan && -n $model_owner && -n $keys ]] || misuse "--exchange needs --plan FILE, --model-owner FINGERPRINT and --keys KEYDIR"
  nightjar=agent
else
  [[ -n $model ]] || misuse "--model DIR is needed, or --exchange URI"
  [[ -z $plan$model_owner ]] || misuse "--plan and --model-owner are for agent, with --exchange"
  nightjar=score
fi
date=${date:-$(date -d yesterday +%F)}
is_date "$date" || misuse "--date must be a date as YYYY-MM-DD, not '$date'"
[[ $keep_days =~ ^([1-9][0-9]{0,4})?$ ]] || misuse "--keep-days must be a whole number from 1 to 99999, not '$keep_days'"
if is_uri "$output_root"; then
  [[ -z $keep_days ]] || misuse "--keep-days works for an output root on this machine only, not for '$output_root'"
  [[ -n $lock ]] || misuse "an output root elsewhere, such as '$output_root', needs --lock FILE on this machine"
fi
if is_uri "$input_root" && [[ -n $ready_file ]]; then
  misuse "--ready-file works for an input root on this machine only, not for '$input_root'"
fi
input_root=${input_root%/} output_root=${output_root%/}
lock=${lock:-$output_root/.nightly.lock}

command=("$here/nightjar" "$nightjar")
if [[ -n $submit ]]; then
  # xargs takes quotes off as a shell does, and expands nothing.
  words=$(xargs printf '%s\n' <<<"$submit" 2>/dev/null) && [[ -n $words ]] ||
    misuse "--submit must be a command, quoted as for a shell, not '$submit'"
  mapfile -t command <<<"$words"
fi
input=$input_root/date=$date output=$output_root/date=$date
if [[ $nightjar == score ]]; then
  command+=(--model "$(uri "$(absolute "$model")")")
else
  command+=(--exchange "$(uri "$(absolute "$exchange")")" --plan "$plan" --model-owner "$model_owner")
fi
command+=(--input "$(uri "$input")" --output "$(uri "$output")" --json --conf spark.nightjar.input.mayBeEmpty=true)
if [[ -n $keys ]]; then
  command+=(--keys "$keys")
fi
command+=("$@")
report='' removed=()

if "$dry_run"; then
  quoted "${command[@]}"
  for name in $(expired); do
    printf '# would remove %s\n' "$output_root/$name"
  done
  exit
fi

# The lock goes with the last process that has it open: with the job, should this script be killed before it.
command -v flock >/dev/null || fail "there is no flock, without which two runs could meet"
mkdir -p -- "$(dirname -- "$lock")"
exec 8>>"$lock"
if ! flock --nonblock 8; then
  log "another run is under way: $(cat -- "$lock") has the lock $lock"
  finish locked "$locked"
fi
printf 'process %d for %s since %(%Y-%m-%dT%H:%M:%S%z)T\n' $$ "$date" -1 >"$lock"

finished=false
if ! is_uri "$output" && [[ -e $output/_SUCCESS ]]; then
  finished=true
fi
if ! is_uri "$input" && [[ ! -e $input${ready_file:+/$ready_file} ]]; then
  if "$finished"; then
    log "nothing to do: $output is finished, and its input is gone"
    finish nothing-to-do 0
  fi
  log "there is no $input${ready_file:+/$ready_file}"
  finish no-input "$no_input"
fi

said=$(mktemp)
trap 'rm -f -- "$said"' EXIT
log "scoring $input into $output"
"${command[@]}" >"$said" &
job=$!
signal=0
# A job in the background hears no Ctrl-C.
trap 'signal=2; kill -TERM "$job" 2>/dev/null' INT
trap 'signal=15; kill -TERM "$job" 2>/dev/null' TERM
trap 'signal=1; kill -TERM "$job" 2>/dev/null' HUP
code=0
wait "$job" || code=$?
# A signal ends the waiting before the job has ended.
while kill -0 "$job" 2>/dev/null; do
  code=0
  wait "$job" || code=$?
done
trap - INT TERM HUP

report=$(tail -n 1 -- "$said")
[[ $report == \{*\} ]] || report=
if ((signal)); then
  log "interrupted by signal $signal; run it again to go on"
  finish interrupted $((128 + signal))
fi
case $code in
  0) ;;
  2)
    log "$date is refused: what was given is bad"
    finish bad-input 2
    ;;
  3)
    log "$date is refused by the other party or by policy"
    finish refused 3
    ;;
  *)
    if ((code > 128)); then
      log "the job was ended by signal $((code - 128)); run it again to go on"
      finish interrupted "$code"
    fi
    log "$date failed with exit code $code; run it again to go on"
    finish failed 1
    ;;
esac
status='done'
if [[ $report == '{"records":0}' ]]; then
  status=empty
  log "$date has no records"
elif "$finished" || [[ $report == *'"finishedBefore":true'* ]]; then
  status=nothing-to-do
  log "nothing to do: $output was finished before"
else
  log "done: $output"
fi
remove_expired || {
  log "an old partition could not be removed"
  finish not-removed 1
}
finish "$status" 0
