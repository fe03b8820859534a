#!/usr/bin/env bash
# The images, as archives: operator/target/chat-operator.tar and chat-consumer/target/chat-consumer.tar.
# Usage: images/build.sh [options of mvn, for example -Dimage.base=tar:///path/of/base.tar]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. build/jdk.sh
. images/image.sh
operator=operator/target/chat-operator.tar consumer=chat-consumer/target/chat-consumer.tar

work=$(mktemp -d)
trap 'jobs -p | xargs -r kill 2> /dev/null || true; wait; rm -rf "$work"' EXIT

package() {
  JAVA_HOME=$jdk mvn -B -ntp -q -Pimages -pl operator,chat-consumer,quickstart -am package -DskipTests -Dexec.skip "$@"
}

train() {
  "$jdk/bin/java" -Xmx320m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --sun-misc-unsafe-memory-access=allow \
    -jar quickstart/target/quickstart.jar --state "$work/state" --kafka-port 0 --api-port 0 --page-port 0 \
    > "$work/quickstart.log" 2>&1 &
  local stack=$!
  await "ChatCluster is up" "$work/quickstart.log" $stack
  mkdir -p operator/target/aot chat-consumer/target/aot

  (
    export KUBECONFIG=$work/state/kubeconfig CHAT_OPERATOR_MANAGEMENT_PORT=0 CHAT_OPERATOR_BIND_ADDRESS=127.0.0.1
    launch "$work/operator" "-XX:AOTCacheOutput=$PWD/operator/target/aot/classes.aot"
  ) > "$work/operator.log" 2>&1 &
  local process=$!
  await "chat-operator ready" "$work/operator.log" $process
  # What it does next, the first reconciliation, is worth having in the cache as well.
  sleep 5
  kill $process
  wait $process || true

  (
    export CHAT_KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:$(sed -n 's/^kafka=//p' "$work/state/ports.properties")
    export CHAT_TOPIC=studyhub CHAT_PARTITION=0 CHAT_ROOMS_SOURCE=Json:/roomId CHAT_DRAIN_SECONDS=0
    export CHAT_PORT=0 CHAT_MANAGEMENT_PORT=0 CHAT_BIND_ADDRESS=127.0.0.1
    launch "$work/consumer" "-XX:AOTCacheOutput=$PWD/chat-consumer/target/aot/classes.aot"
  ) > "$work/consumer.log" 2>&1 &
  process=$!
  await "chat-consumer ready" "$work/consumer.log" $process
  kill $process
  wait $process || true
  kill $stack
  wait $stack || true
  local cache
  for cache in {operator,chat-consumer}/target/aot/classes.aot; do
    [ -s "$cache" ] || { echo "The training left no $cache:" >&2; cat "$work/operator.log" "$work/consumer.log" >&2; exit 1; }
  done
}

# A JVM that does not like its cache goes on without it, or without a part of it, and says nothing. So it has to
# show that it took our own first class from there. A wrong environment ends both programs right after that.
check() { # ARCHIVE FOLDER
  unpack "$1" "$2"
  (
    export CHAT_OPERATOR_LOG_LEVEL=none CHAT_LOG_LEVEL=none
    launch "$2" -XX:AOTMode=on "-XX:AOTCache=$2/root/app/aot/classes.aot" "-Xlog:class+load:file=$2.classes"
  ) > "$2.log" 2>&1 || true
  grep -qs 'dev\.chatcluster\.[a-z]*\.Main source: shared objects file' "$2.classes" \
    || { echo "The runtime of $1 does not use the image's AOT cache:" >&2; cat "$2.log" >&2; exit 1; }
}

rm -rf {operator,chat-consumer}/target/aot
package "$@" -Dimage.goal=buildTar
unpack $operator "$work/operator"
unpack $consumer "$work/consumer"
if (launch "$work/consumer" --version) > /dev/null 2>&1; then
  train
  package "$@" -Dimage.aot=-XX:AOTCache=/app/aot/classes.aot
  check $operator "$work/operator-with-cache"
  check $consumer "$work/consumer-with-cache"
  echo "Built $operator and $consumer, each with an AOT cache."
else
  echo "Built $operator and $consumer without AOT caches: the base's Java does not run on this machine."
fi
