#!/usr/bin/env bash
# Gets MNIST's four files, from a folder or from a public mirror, and checks what is in them.
set -euo pipefail

readonly MIRROR_DEFAULT="https://storage.googleapis.com/cvdf-datasets/mnist"

# SHA-256 of the content, not of the compressed file: copies differ in how they were compressed.
readonly TRAIN_FILES="
train-images-idx3-ubyte.gz ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db
train-labels-idx1-ubyte.gz 65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"
readonly TEST_FILES="
t10k-images-idx3-ubyte.gz 0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7
t10k-labels-idx1-ubyte.gz ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"

usage() {
  cat <<HELP
Usage: fetch-mnist.sh [--from DIR | --mirror URL] [--out DIR] [--train-only]

Gets MNIST's IDX files (gzip), checks the SHA-256 digests of their content, and writes them.

  --from DIR     take the files from this folder
  --mirror URL   download from here (default: $MIRROR_DEFAULT)
  --out DIR      write here (default: mnist, beside this script)
  --train-only   the two training files only, which is what training needs
  --help         this text

A file that is there already and right is kept. Downloads need curl.
HELP
}

fail() {
  printf 'fetch-mnist: %s\n' "$1" >&2
  exit "${2:-1}"
}

content_digest() {
  if command -v sha256sum >/dev/null; then
    gzip -dc -- "$1" | sha256sum | cut -d ' ' -f 1
  else
    gzip -dc -- "$1" | shasum -a 256 | cut -d ' ' -f 1
  fi
}

is_right() { # FILE DIGEST
  local found
  found=$(content_digest "$1" 2>/dev/null) && [[ $found == "$2" ]]
}

from=""
mirror=""
out="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/mnist"
files="$TRAIN_FILES$TEST_FILES"
while (($# > 0)); do
  case "$1" in
    --help) usage; exit 0 ;;
    --train-only) files="$TRAIN_FILES"; shift ;;
    --from | --mirror | --out)
      (($# >= 2)) && [[ -n $2 ]] || fail "$1 needs a value; see --help" 2
      case "$1" in
        --from) from="$2" ;;
        --mirror) mirror="${2%/}" ;;
        --out) out="$2" ;;
      esac
      shift 2
      ;;
    *) fail "unknown argument '$1'; see --help" 2 ;;
  esac
done
[[ -z $from || -z $mirror ]] || fail "--from and --mirror exclude each other" 2
[[ -z $from || -d $from ]] || fail "'$from' is not a folder" 2
[[ -n $from ]] || command -v curl >/dev/null || fail "curl is not installed; give a folder with --from"
mirror="${mirror:-$MIRROR_DEFAULT}"

mkdir -p -- "$out" || fail "cannot create '$out'"
partial=$(mktemp "$out/.partial.XXXXXX") || fail "cannot write to '$out'"
trap 'rm -f -- "$partial"' EXIT

while read -r name digest; do
  [[ -n $name ]] || continue
  target="$out/$name"
  if [[ -f $target ]] && is_right "$target" "$digest"; then
    printf '%s: there already\n' "$name"
    continue
  fi
  if [[ -n $from ]]; then
    [[ -f $from/$name ]] || fail "'$from' has no $name"
    cp -- "$from/$name" "$partial" || fail "cannot copy '$from/$name'"
  else
    curl --fail --silent --show-error --location --output "$partial" -- "$mirror/$name" </dev/null ||
      fail "cannot download $mirror/$name"
  fi
  is_right "$partial" "$digest" ||
    fail "$name from ${from:-$mirror} is damaged or not MNIST's: its content must have the SHA-256 digest $digest"
  chmod 644 -- "$partial"
  mv -f -- "$partial" "$target"
  printf '%s: checked and written\n' "$name"
done <<<"$files"
