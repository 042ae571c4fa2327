#!/usr/bin/env bash
# Builds the committed sources twice, in two directories, and compares the bytes of what is shipped.
set -euo pipefail

usage() {
  cat <<'USAGE'
usage: check-reproducible.sh [--maven OPTIONS]

Builds HEAD in two fresh directories and compares digests of the job jar, its libraries, the wheels and the SBOM.
OPTIONS go to Maven as they are, as in --maven '-Dnightjar.platforms=linux-aarch64'.
USAGE
}

# shellcheck source=SCRIPTDIR/checks.bash
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/checks.bash"
maven=''
take_options 1 maven "$@"

begin_work reproducible
# Names of different lengths, so that a path in a file shows in its size, too.
for place in one another-one; do
  say "building in $work/$place"
  mkdir "$work/$place"
  git -C "$root" archive HEAD | tar -x -C "$work/$place"
  # shellcheck disable=SC2086 # several options
  (cd "$work/$place" && mvn -B -ntp -q -DskipTests $maven package) >"$work/$place.log" 2>&1 ||
    { tail -n 20 "$work/$place.log" >&2 && fail "the build in $place failed"; }
  (cd "$work/$place" && sha256sum spark-job/target/{nightjar.jar,nightjar.pom,nightjar.cdx.json,*.whl} \
    crypto-native/target/classes/native/*/*.so) >"$work/$place.sha256"
done
diff "$work/one.sha256" "$work/another-one.sha256" >&2 || fail 'the two builds differ, in the files above'
cat "$work/one.sha256"
printf 'Two builds in different directories gave the same bytes.\n'
