#!/usr/bin/env bash
# What a container of the image runs: an executor of Spark's, where Spark on Kubernetes says `executor`; otherwise the
# command of nightjar that it is given. Its working directory and its temporary directory must be writable, and nothing
# else.
set -euo pipefail

if [[ ${1:-} != executor ]]; then
  exec /opt/nightjar/submit-scripts/nightjar "$@"
fi

# What Spark's Kubernetes back end puts into the environment of an executor's pod.
options=()
while IFS= read -r name; do
  options+=("${!name}")
done < <(compgen -v SPARK_JAVA_OPT_ | sort -t _ -k 4 -n)
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" ${options[@]+"${options[@]}"} \
  "-Xms$SPARK_EXECUTOR_MEMORY" "-Xmx$SPARK_EXECUTOR_MEMORY" \
  -cp "${SPARK_CLASSPATH:+$SPARK_CLASSPATH:}$SPARK_HOME/jars/*${SPARK_CONF_DIR:+:$SPARK_CONF_DIR}" \
  org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend \
  --driver-url "$SPARK_DRIVER_URL" --executor-id "$SPARK_EXECUTOR_ID" --cores "$SPARK_EXECUTOR_CORES" \
  --app-id "$SPARK_APPLICATION_ID" --hostname "$SPARK_EXECUTOR_POD_IP" \
  --resourceProfileId "$SPARK_RESOURCE_PROFILE_ID" --podName "$SPARK_EXECUTOR_POD_NAME"
