#!/usr/bin/env bash
# Two owners meet in a bucket: a job between serve and agent, each a process of its own, over s3a: to a real S3 server of
# this machine (S3Proxy), through a connection that loses, repeats and holds up requests and answers some with 503. Both
# owners are killed in the middle and started again. The results are compared with local mode, record by record.
set -euo pipefail

usage() {
  cat <<'USAGE'
usage: check-s3.sh [--limit RECORDS] [--model DIR] [--input FILE] [--seed N]

Scores the bundled digits (or what is given) by way of a bucket and in local mode. --seed chooses the connection's
faults. What Hadoop needs for S3, and the server, are fetched by Maven into target/ (s3/connector.xml, s3/server.xml:
35 MB).
USAGE
}

# shellcheck source=SCRIPTDIR/checks.bash
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/checks.bash"
limit=6000 model=$root/data/models/digits-mlp input=$root/data/digits/train-images-idx3-ubyte.gz seed=1
take_options 4 limit model input seed "$@"
command -v python3 >/dev/null || fail "there is no python3, which the bad connection is written in"
command -v mvn >/dev/null || fail "there is no mvn on the path to fetch the S3 connector and server with"

fetch() { # name
  local target=$root/target/s3-$1
  if [[ ! -e $target/.done-$(sha256sum <"$here/s3/$1.xml" | head -c 16) ]]; then
    say "fetching the $1 into $target"
    rm -rf "$target"
    mvn -B -ntp -q -f "$here/s3/$1.xml" dependency:copy-dependencies "-DoutputDirectory=$target" >&2 ||
      fail "Maven could not fetch the $1"
    touch "$target/.done-$(sha256sum <"$here/s3/$1.xml" | head -c 16)"
  fi
}
fetch connector
fetch server
"$here/nightjar" --version >/dev/null # builds the job jar if need be

begin_work s3

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

listens() { # port
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

export AWS_ACCESS_KEY_ID=nightjar-check AWS_SECRET_ACCESS_KEY
AWS_SECRET_ACCESS_KEY=$(head -c 24 /dev/urandom | od -An -v -tx1 | tr -d ' \n')
server=$(free_port)
connection=$(free_port)
mkdir "$work/buckets"
(
  umask 077
  cat >"$work/server.properties" <<PROPERTIES
s3proxy.endpoint=http://127.0.0.1:$server
s3proxy.authorization=aws-v2-or-v4
s3proxy.identity=$AWS_ACCESS_KEY_ID
s3proxy.credential=$AWS_SECRET_ACCESS_KEY
jclouds.provider=filesystem-nio2
jclouds.identity=unused
jclouds.credential=unused
jclouds.filesystem.basedir=$work/buckets
PROPERTIES
)
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
printf '<configuration><root level="ERROR"/></configuration>\n' >"$work/logback.xml"
"$java" -Xmx512m "-Dlogback.configurationFile=$work/logback.xml" -cp "$root/target/s3-server/*" org.gaul.s3proxy.Main \
  --properties "$work/server.properties" >"$work/server.log" 2>&1 &
pids+=($!)
await "the S3 server's start" $! listens "$server"
python3 "$here/s3/bucket.py" proxy --listen "$connection" --server "$server" --log "$work/faults.json" \
  --first-part "$work/first-part" --seed "$seed" >"$work/connection.log" 2>&1 &
pids+=($!)
await "the connection's start" $! listens "$connection"

bucket() { # command, key
  python3 "$here/s3/bucket.py" "$1" --server "$server" exchange "${@:2}"
}
bucket make

export NIGHTJAR_EXTRA_JARS="$root/target/s3-connector/*"
export NIGHTJAR_PASSPHRASE='a passphrase of no other use'
# One party has its credentials in the environment, the other in a provider of Hadoop's.
s3=(--conf "spark.hadoop.fs.s3a.endpoint=http://127.0.0.1:$connection" --conf spark.hadoop.fs.s3a.endpoint.region=us-east-1
  --conf spark.hadoop.fs.s3a.path.style.access=true --conf spark.hadoop.fs.s3a.multipart.size=5M
  --conf spark.hadoop.fs.s3a.multipart.threshold=5M --conf spark.hadoop.fs.s3a.retry.interval=50ms
  --conf spark.nightjar.waves.batches=1)
if [[ -n ${SPARK_HOME:-} ]]; then
  spark_jars="$SPARK_HOME/jars/*" # Java expands it
else
  spark_jars=$(<"$root/spark-job/target/spark.classpath")
fi
provider=localjceks://file$work/credentials.jceks
for name in access secret; do
  value=$AWS_ACCESS_KEY_ID
  [[ $name == access ]] || value=$AWS_SECRET_ACCESS_KEY
  "$java" -cp "$spark_jars" \
    org.apache.hadoop.security.alias.CredentialShell create "fs.s3a.$name.key" -value "$value" -provider "$provider" \
    >"$work/credentials.log" 2>&1 || fail "the credentials could not be put into $provider"
done

# Of a model without draws every job has the same results.
python3 "$here/fix-weights.py" "$model" "$work/model"
"$here/nightjar" identity new "$work/vendor" >"$work/vendor.txt" 2>&1
"$here/nightjar" identity new "$work/keys" >"$work/keys.txt" 2>&1
vendor=$(grep -o -m 1 'ed25519:[0-9a-f]*' "$work/vendor.txt")
"$here/nightjar" plan --model "$work/model" --samples 1 --json >"$work/plan.json" 2>"$work/plan.log"

serve() {
  "$here/nightjar" serve --model "$work/model" --samples 1 --exchange s3a://exchange/meeting --model-privacy none \
    --budget unlimited --owners anyone --master 'local[1]' "${s3[@]}" --conf "spark.nightjar.serve.stateDir=$work/state" \
    --conf "spark.nightjar.serve.identityDir=$work/vendor" >>"$work/serve.log" 2>&1 &
  serving=$!
  pids+=("$serving")
}
agent() {
  env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY "$here/nightjar" agent --exchange s3a://exchange/meeting \
    --keys "$work/keys" --plan "$work/plan.json" --model-owner "$vendor" --input "$input" --limit "$limit" --format csv \
    --output "$work/out" "${s3[@]}" \
    --conf "spark.hadoop.hadoop.security.credential.provider.path=$provider" >>"$work/agent.log" 2>&1 &
  asking=$!
  pids+=("$asking")
}
has_object() { # pattern
  bucket objects | grep "$1" >/dev/null # -q would end before all is written
}

say "a job over s3a://exchange/meeting"
began=$SECONDS
serve
agent
await "the first upload's beginning" "$asking" test -e "$work/first-part"
kill -9 "$asking" # with an upload that nobody will end
wait "$asking" 2>/dev/null || true
say "the agent was killed while it uploaded; $(bucket uploads | wc -l) uploads hang"
agent
await "the first wave's first results" "$asking" has_object '/wave-00000/round-00/down.json$\|/wave-00000.done$'
kill -9 "$serving"
wait "$serving" 2>/dev/null || true
job=$(bucket objects | sed -n 's:^meeting/jobs/\([0-9a-f-]*\)/.*:\1:p' | sort -u | head -n 1)
say "serve was killed in job $job"
bucket begin-upload "meeting/jobs/$job/wave-00009/dead"
bucket begin-upload meeting/jobs/of-another/alive
serve
wait "$asking" || { tail -n 5 "$work/agent.log" >&2 && fail "the agent did not finish"; }
say "done in $((SECONDS - began)) s with $(cat "$work/faults.json")"

# Whoever serves removes the job, its objects and what hangs of it, and nothing else.
is_removed() {
  ! has_object "^meeting/jobs/$job/." && ! bucket uploads | grep "^meeting/jobs/$job/" >/dev/null
}
await "the job's removal" "$serving" is_removed
[[ $(bucket uploads) == meeting/jobs/of-another/alive ]] || fail "uploads of others were ended too"
kill "$serving"
wait "$serving" 2>/dev/null || true
left=$(bucket objects | tr '\n' ' ')

say "the same in local mode"
"$here/nightjar" score --model "$work/model" --samples 1 --input "$input" --limit "$limit" --format csv \
  --output "$work/local" --master 'local[2]' 2>"$work/local.log"
cmp <(rows "$work/out") <(rows "$work/local") || fail "the results differ"
printf 'The same %d rows over s3a: and in local mode. In the bucket are left: %s\n' \
  "$(rows "$work/out" | wc -l)" "$left"
