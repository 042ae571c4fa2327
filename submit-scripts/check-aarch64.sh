#!/usr/bin/env bash
# Builds the native library for 64-bit ARM too, and runs its C++ tests and crypto-native's Java tests under qemu. The Java
# tests compare what is computed with SEAL's own operations and with fixed digests, which are the same on every processor.
#
# For Debian and what is made of it, as root or another who may use mmdebstrap: needs g++-aarch64-linux-gnu,
# qemu-user-static, mmdebstrap and the sources of packages that this machine has.
set -euo pipefail

usage() {
  cat <<'USAGE'
usage: check-aarch64.sh [--tests PATTERN] [--cpp PATTERN]

Builds nightjar.jar with native libraries for linux-x86_64 and linux-aarch64, and tests the latter under qemu. PATTERN is
one of Maven's (-Dtest) for the Java tests, or one of ctest's (-R) for the C++ tests; without, all run.
USAGE
}

# shellcheck source=SCRIPTDIR/checks.bash
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/checks.bash"
tests='*Test' cpp=.
take_options 2 tests cpp "$@"

for program in aarch64-linux-gnu-g++ qemu-aarch64-static mmdebstrap mvn; do
  command -v "$program" >/dev/null || fail "there is no $program: install g++-aarch64-linux-gnu, qemu-user-static, mmdebstrap, Maven"
done
# shellcheck disable=SC1091 # every system has one
release=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
native=$root/crypto-native/target/native-linux-aarch64
system=$root/target/aarch64

# A JRE for ARM, which is unpacked and never installed.
if [[ ! -d $system ]]; then
  say "unpacking Debian's JRE for arm64 into $system"
  sources=/etc/apt/sources.list
  [[ -e $sources ]] || sources=/etc/apt/sources.list.d/debian.sources
  mmdebstrap --quiet --variant=extract --architectures=arm64 --include=openjdk-17-jre-headless "$release" "$system.part" "$sources"
  # Links to where its files would be if it were the whole system.
  find "$system.part" -type l -lname '/*' -print0 | while IFS= read -r -d '' link; do
    ln -sfrn "$system.part$(readlink "$link")" "$link"
  done
  mv "$system.part" "$system"
fi
jre=$(find "$system/usr/lib/jvm" -maxdepth 1 -type d -name 'java-17-*')
# A Java for Maven.
mkdir -p "$system/java/bin"
cat >"$system/java/bin/java" <<JAVA
#!/bin/sh
exec qemu-aarch64-static -L '$system' '$jre/bin/java' "\$@"
JAVA
chmod +x "$system/java/bin/java"
"$system/java/bin/java" -XshowSettings:properties -version 2>&1 | grep -q 'os.arch = aarch64' ||
  fail "the JRE in $system does not run under qemu"

say 'building for both'
(cd "$root" && mvn -B -ntp -q -DskipTests -Dnightjar.platforms=linux-aarch64 package)
unzip -l "$root/spark-job/target/nightjar.jar" 'native/*/libnightjar.so' | grep -c 'libnightjar[.]so' | grep -qx 2 ||
  fail 'nightjar.jar has not two libraries'

say 'C++ tests'
cmake --build "$native" --parallel "$(nproc)"
ctest --test-dir "$native" --output-on-failure --parallel "$(nproc)" -R "$cpp"

say 'Java tests of crypto-native'
(cd "$root" && mvn -B -ntp -q -pl crypto-native surefire:test -Djvm="$system/java/bin/java" -Dtest="$tests" \
  -Dnightjar.platforms=linux-aarch64)
printf 'linux-aarch64: C++ tests and Java tests of crypto-native passed under qemu.\n'
