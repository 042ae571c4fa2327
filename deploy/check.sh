#!/usr/bin/env bash
# Checks what is deployed, as far as that goes without a container engine and without a cluster: builds the image twice,
# compares the bytes, runs what the image says as its user, on a read-only root file system and without network; builds
# the manifests with kustomize and compares them with Kubernetes' schemas.
#
# As root: needs what image/build.sh needs, bubblewrap, skopeo and Python; go, for kustomize. The Spark is the build's, inside
# the Python package pyspark, unless there is a SPARK_HOME.
set -euo pipefail

usage() {
  cat <<'USAGE'
usage: check.sh [--parts "image manifests"] [--base IMAGE]
USAGE
}

# shellcheck source=SCRIPTDIR/../submit-scripts/checks.bash
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../submit-scripts/checks.bash"
parts='image manifests' base=''
take_options 2 parts base "$@"
deploy=$root/deploy
begin_work deploy

# Runs the image's entry point with arguments, as an engine would: user, environment and directory are the image's.
# Nothing can be written but /tmp and /out.
contained() { # directory that becomes /out, arguments...
  local out=$1 options
  shift
  mapfile -d '' -t options < <(python3 - "$work/bundle/config.json" <<'PYTHON'
import json, sys
process = json.load(open(sys.argv[1]))["process"]
words = ["--uid", str(process["user"]["uid"]), "--gid", str(process["user"]["gid"]), "--chdir", process["cwd"]]
for pair in process["env"]:
    words += ["--setenv", *pair.split("=", 1)]
sys.stdout.write("".join(word + "\0" for word in [*words, "--", *process["args"]]))
PYTHON
  )
  bwrap --unshare-all --die-with-parent --clearenv --ro-bind "$work/bundle/rootfs" / --proc /proc --dev /dev \
    --tmpfs /tmp --ro-bind "$root/data" /mnt --bind "$out" /media "${executor[@]}" "${options[@]}" "$@"
}

check_image() {
  local one=$work/one another=$work/another options=() executor=()
  find_spark
  [[ -z $base ]] || options=(--base "$base")
  say 'building the image twice'
  "$deploy/image/build.sh" --tag check --output "$one" ${options[@]+"${options[@]}"}
  "$deploy/image/build.sh" --tag check --output "$another" ${options[@]+"${options[@]}"} >/dev/null
  diff -r "$one" "$another" || fail 'two builds gave different images'

  skopeo inspect "oci:$one:check" >"$work/inspect.json"
  umoci unpack --image "$one:check" "$work/bundle"
  mkdir -m 777 "$work/out"
  say 'doctor, as the image says'
  contained "$work/out" doctor
  say 'a score, as the image says'
  contained "$work/out" score --model /mnt/models/digits-mlp --input /mnt/digits/test-images-idx3-ubyte.gz --limit 200 \
    --samples 2 --format csv --output /media/scored
  (($(rows "$work/out/scored" | wc -l) == 200)) || fail 'there are not 200 results'
  if contained "$work/out" score --model /mnt/models/digits-mlp --input /mnt/digits/test-images-idx3-ubyte.gz --limit 1 \
    --output /opt/scored 2>"$work/read-only.log"; then
    fail 'the root file system could be written to'
  fi

  say 'an executor, which finds no driver'
  executor=(--setenv SPARK_EXECUTOR_MEMORY 256m --setenv SPARK_EXECUTOR_CORES 1 --setenv SPARK_EXECUTOR_ID 1
    --setenv SPARK_APPLICATION_ID spark-check --setenv SPARK_EXECUTOR_POD_IP 127.0.0.1 --setenv SPARK_RESOURCE_PROFILE_ID 0
    --setenv SPARK_EXECUTOR_POD_NAME check --setenv SPARK_DRIVER_URL spark://CoarseGrainedScheduler@127.0.0.1:9
    --setenv SPARK_JAVA_OPT_0 -Dspark.driver.port=9)
  contained "$work/out" executor >"$work/executor.log" 2>&1 || true
  grep -q 'Failed to connect to /127.0.0.1:9' "$work/executor.log" ||
    { tail -n 20 "$work/executor.log" >&2 && fail 'the executor did not get as far as its driver'; }
  printf 'The image: the same bytes twice; doctor, a score and an executor ran as its user, with a read-only root.\n'
}

check_manifests() {
  local tools=$root/target/manifests owner
  if [[ ! -x $tools/bin/kustomize ]]; then
    say "fetching kustomize and Kubernetes' schemas into $tools"
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet 'kubernetes-validate==1.37.0'
    GOBIN=$tools/bin go install sigs.k8s.io/kustomize/kustomize/v5@v5.7.1
  fi
  for owner in model-owner data-owner; do
    "$tools/bin/kustomize" build "$deploy/kubernetes/$owner" >"$work/$owner.yaml"
    "$tools/bin/kubernetes-validate" --strict "$work/$owner.yaml"
  done
  printf 'The manifests: kustomize builds them, and they are as the schemas of Kubernetes 1.37 want them.\n'
}

for part in $parts; do
  [[ $part == image || $part == manifests ]] || misuse "--parts names image and manifests, not '$part'"
  "check_$part"
done
