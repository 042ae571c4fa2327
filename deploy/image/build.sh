#!/usr/bin/env bash
# Makes a container image without a daemon: a base with a JRE, a layer with Spark, a layer with Nightjar, in an OCI layout.
# The same inputs give the same bytes.
#
#   SPARK_HOME           the Spark that goes into it; required
#   NIGHTJAR_JAR         the job jar; else that of this source tree, which is built if need be
#   SOURCE_DATE_EPOCH    the time of every file and of the image (default: that of the job jar's entries)
#
# Needs umoci and GNU tar, and skopeo where there is a --base, mmdebstrap where there is none; all are packages of Debian.
set -euo pipefail
# shellcheck source=SCRIPTDIR/../../submit-scripts/common.bash
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../../submit-scripts/common.bash"

usage() {
  cat <<'USAGE'
usage: build.sh --output DIR [--base IMAGE] [--suite SUITE] [--sources FILE] [--tag TAG]

Makes an OCI layout in DIR, which must not be there yet.

  --output DIR    where it goes; `skopeo copy oci:DIR:TAG docker://...` takes it to a registry
  --base IMAGE    the image that it begins with, as skopeo names it (docker://NAME@sha256:..., oci:DIR:TAG): Linux with bash,
                  a Java 17 or later on the path, and for users without a name, a passwd file that has 185. Without it:
                  Debian with openjdk-17-jre-headless, by mmdebstrap, as root or another who may
  --suite SUITE   that Debian (default: this machine's)
  --sources FILE  where its packages come from: a sources.list (default: this machine's)
  --tag TAG       the image's name in the layout (default: the version of Nightjar)
USAGE
}

base='' suite='' sources='' tag='' output=''
while (($#)); do
  case $1 in
    -h | --help)
      usage
      exit
      ;;
    --base | --suite | --sources | --tag | --output)
      (($# > 1)) || misuse "$1 needs a value"
      printf -v "${1#--}" '%s' "$2"
      shift 2
      ;;
    *) misuse "unknown argument '$1'" ;;
  esac
done
[[ -n $output ]] || misuse "--output DIR is needed"
[[ ! -e $output ]] || misuse "'$output' is there already"
[[ -n ${SPARK_HOME:-} && -d ${SPARK_HOME:-}/jars ]] || fail "SPARK_HOME is '${SPARK_HOME:-}', which has no directory jars: it must name a Spark 4"
programs=(umoci tar)
if [[ -n $base ]]; then programs+=(skopeo); else programs+=(mmdebstrap); fi
for program in "${programs[@]}"; do
  command -v "$program" >/dev/null || fail "there is no $program; it is a package of Debian's"
done

jar=${NIGHTJAR_JAR:-$root/spark-job/target/nightjar.jar}
if [[ -z ${NIGHTJAR_JAR:-} ]]; then
  "$here/nightjar" --version >/dev/null
fi
version=$(unzip -p "$jar" META-INF/MANIFEST.MF | tr -d '\r' | sed -n 's/^Implementation-Version: //p')
[[ -n $version ]] || fail "'$jar' is no job jar: its manifest names no version"
tag=${tag:-$version}
# As project.build.outputTimestamp in pom.xml.
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-1735689600}
created=$(date --utc --date "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
layout=$work/layout
image=$layout:$tag

# Packs a directory as a layer: the same files, whoever made them and when, give the same bytes.
layer() { # directory, what it is
  tar --create --file "$work/layer.tar" --directory "$1" --sort=name --mtime="@$SOURCE_DATE_EPOCH" \
    --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX --format=gnu .
  add_layer "$work/layer.tar" "$2"
}

add_layer() { # tar, what it is
  umoci raw add-layer --image "$image" --history.created "$created" --history.created_by "$2" "$1"
}

if [[ -n $base ]]; then
  mkdir "$layout"
  skopeo copy --quiet "$base" "oci:$image"
else
  # shellcheck disable=SC1091 # every system has one
  suite=${suite:-$(. /etc/os-release && printf '%s' "$VERSION_CODENAME")}
  if [[ -z $sources ]]; then
    sources=/etc/apt/sources.list
    [[ -e $sources ]] || sources=/etc/apt/sources.list.d/debian.sources
  fi
  umoci init --layout "$layout"
  umoci new --image "$image"
  # What differs from machine to machine, or is of no use in an image, goes; Java's packages want the directory of manuals,
  # and their certificates are in a store that has the time of its making, so they move into one that has none.
  mmdebstrap --quiet --variant=essential --include=openjdk-17-jre-headless,ca-certificates \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    --essential-hook="mkdir -p \"\$1\"/usr/share/man/man1" \
    --customize-hook="printf 'nightjar:x:185:0::/tmp:/usr/sbin/nologin\n' >>\"\$1\"/etc/passwd" \
    --customize-hook="chroot \"\$1\" keytool -importkeystore -noprompt -srckeystore /etc/ssl/certs/java/cacerts -srcstorepass changeit \
      -destkeystore /tmp/cacerts -deststoretype PKCS12 -deststorepass changeit \
      -J-Dkeystore.pkcs12.certProtectionAlgorithm=NONE -J-Dkeystore.pkcs12.macAlgorithm=NONE 2>/dev/null" \
    --customize-hook="mv \"\$1\"/tmp/cacerts \"\$1\"/etc/ssl/certs/java/cacerts; chmod 644 \"\$1\"/etc/ssl/certs/java/cacerts" \
    --customize-hook="rm -rf \"\$1\"/var/log/* \"\$1\"/var/cache/ldconfig/* \"\$1\"/etc/shadow- \"\$1\"/etc/passwd-" \
    --customize-hook="printf localhost >\"\$1\"/etc/hostname; : >\"\$1\"/etc/resolv.conf; : >\"\$1\"/etc/machine-id" \
    "$suite" "$work/base.tar" "$sources"
  add_layer "$work/base.tar" "Debian $suite and openjdk-17-jre-headless, by mmdebstrap"
fi

# Spark without its examples and documents; PySpark's own directory has the same names.
mkdir -p "$work/spark/opt/spark"
for part in bin sbin jars LICENSE NOTICE licenses; do
  if [[ -e $SPARK_HOME/$part ]]; then
    cp -rL "$SPARK_HOME/$part" "$work/spark/opt/spark/"
  fi
done
find "$work/spark" -name __pycache__ -prune -exec rm -rf {} +
layer "$work/spark" "Apache Spark"

nightjar=$work/nightjar/opt/nightjar
mkdir -p "$nightjar"
cp "$jar" "$nightjar/nightjar.jar"
cp -r "$root/submit-scripts" "$root/conf" "$root/LICENSE" "$root/NOTICE" "$nightjar/"
rm -f "$nightjar"/submit-scripts/check* # for source trees
cp "$root/deploy/image/entrypoint.sh" "$nightjar/"
find "$work/nightjar" -name __pycache__ -prune -exec rm -rf {} +
chmod -R u=rwX,go=rX "$work/nightjar"
layer "$work/nightjar" "Nightjar $version"

umoci config --image "$image" --created "$created" --no-history \
  --config.user 185 --config.workingdir /tmp \
  --config.entrypoint /opt/nightjar/entrypoint.sh --clear config.cmd \
  --config.env SPARK_HOME=/opt/spark --config.env NIGHTJAR_JAR=/opt/nightjar/nightjar.jar \
  --config.env PATH=/opt/nightjar/submit-scripts:/opt/spark/bin:/usr/local/bin:/usr/bin:/bin \
  --config.label "org.opencontainers.image.title=Nightjar" \
  --config.label "org.opencontainers.image.version=$version" \
  --config.label "org.opencontainers.image.licenses=Apache-2.0"
umoci gc --layout "$layout"
mv "$layout" "$output"
printf 'oci:%s:%s %s\n' "$output" "$tag" "$(sed 's/.*"digest":"\([^"]*\)".*/\1/' "$output/index.json")"
