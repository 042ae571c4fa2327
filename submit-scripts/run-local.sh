#!/usr/bin/env bash
# Scores the bundled images of digits on this machine and says what came out.
set -euo pipefail
# shellcheck source=SCRIPTDIR/common.bash
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/common.bash"

usage() {
  cat <<'USAGE'
usage: run-local.sh [--dry-run] [options of `nightjar score`]

Scores 2,000 encrypted images of digits on a local Spark, says how many predictions are right, and shows the images that
the model is least sure of. Where no other option says otherwise, it is

  nightjar score --model data/models/digits-mlp --samples 8 --output target/run-local/TIME \
      --input data/digits/test-images-idx3-ubyte.gz --labels data/digits/test-labels-idx1-ubyte.gz

With another --input there are no labels, unless --labels names them.

  --dry-run   print the command, ready to be pasted, and do nothing
USAGE
}

dry_run=false
options=()
for word; do
  case $word in
    -h | --help)
      usage
      exit
      ;;
    --dry-run) dry_run=true ;;
    *) options+=("$word") ;;
  esac
done
refuse_secrets ${options[@]+"${options[@]}"}

command=("$here/nightjar" score ${options[@]+"${options[@]}"})

# Gives an option its value, unless it was given one.
default() {
  value_of "$1" "${command[@]}" >/dev/null || command+=("$1" "$2")
}

digits=$root/data/digits
if ! value_of --input "${command[@]}" >/dev/null; then
  default --labels "$digits/test-labels-idx1-ubyte.gz"
fi
default --input "$digits/test-images-idx3-ubyte.gz"
default --model "$root/data/models/digits-mlp"
default --samples 8
default --output "$root/target/run-local/$(printf '%(%Y%m%d-%H%M%S)T' -1)"

if "$dry_run"; then
  quoted "${command[@]}"
  exit
fi
"${command[@]}"

output=$(value_of --output "${command[@]}")
report=$output/_report/report.json
if [[ -e $report && " ${command[*]} " != *" --json "* ]]; then
  # each has its id, and then how uncertain it is by the first of the measures
  awk -F'"' -v page="${report%.json}.html" '
    /"leastCertain" :/ { there = 1 }
    there && $2 == "id" { id = $4; next }
    there && id != "" {
      if (!shown) printf "\nThe predictions with the most uncertainty, of which %s has more:\n", page
      measure = $2
      sub(/.*: /, "")
      printf "  record %-6s %s %.2f\n", id, measure, $0
      id = ""
      if (++shown == 5) exit
    }' "$report"
fi
