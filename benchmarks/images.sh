#!/usr/bin/env bash
# What the images cost: their size, the time from the start of the process to ready, memory when idle, and whether the JVM
# takes its classes from the AOT cache. Usage: images/build.sh, then benchmarks/images.sh [RUNS]
# The programs run from the unpacked images, with the images' own Java and command line, as in a container with a memory
# limit of 256 MiB, against the quickstart's Kafka and Kubernetes API. Needs Linux.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. build/jdk.sh
. images/image.sh
runs=${1:-5}
idle_seconds=10

for archive in operator/target/chat-operator.tar chat-consumer/target/chat-consumer.tar; do
  [ -f "$archive" ] || { echo "There is no $archive: build it with images/build.sh first." >&2; exit 1; }
done

work=$(mktemp -d)
trap 'jobs -p | xargs -r kill 2> /dev/null || true; wait; rm -rf "$work"' EXIT

mebibytes() {
  echo $((($1 + (1 << 19)) >> 20))
}

size() { # NAME ARCHIVE
  local whole ours
  whole=$(stat -c %s "$2")
  ours=$(du -sb "$work/$1/root/app" | cut -f1)
  echo "| $1: archive; of it the program and its cache, unpacked | none | $(mebibytes "$whole") MiB; $(mebibytes "$ours") MiB | reported |"
}

begin() { # NAME FLAG...
  local name=$1
  shift
  : > "$work/$name.log"
  (
    if [ "$name" = operator ]; then
      export CHAT_OPERATOR_MANAGEMENT_PORT=0 CHAT_OPERATOR_BIND_ADDRESS=127.0.0.1 KUBECONFIG=$work/state/kubeconfig
    else
      export CHAT_KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:$kafka CHAT_TOPIC=studyhub CHAT_PARTITION=0 CHAT_ROOMS_SOURCE=Json:/roomId
      export CHAT_DRAIN_SECONDS=0 CHAT_PORT=0 CHAT_MANAGEMENT_PORT=0 CHAT_BIND_ADDRESS=127.0.0.1
    fi
    launch "$work/$name" -XX:MaxRAM=256m "$@"
  ) > "$work/$name.log" 2>&1 &
  process=$!
}

end() {
  kill "$process"
  wait "$process" || true
}

# Milliseconds from the start of the process to the line that says ready.
ready() { # NAME FLAG...
  local name=$1 start
  start=$(date +%s%N)
  begin "$@"
  until grep -qs "chat-.* ready" "$work/$name.log"; do
    kill -0 "$process" || { cat "$work/$name.log" >&2; exit 1; }
    sleep 0.005
  done
  took=$((($(date +%s%N) - start) / 1000000))
}

median() {
  sort -n | sed -n "$(((runs + 1) / 2))p"
}

judged() { # MEASURED GOAL
  [ "$1" -le "$2" ] && echo yes || echo no
}

measure() { # NAME GOAL_MS GOAL_MIB
  local cache=-XX:AOTCache=$work/$1/root/app/aot/classes.aot i with=() without=() resident
  [ -s "${cache#*=}" ] || { echo "The image of $1 has no AOT cache: see images/build.sh." >&2; exit 1; }
  for ((i = 0; i < runs; i++)); do
    ready "$1" "$cache"
    with+=("$took")
    [ $i -lt $((runs - 1)) ] || sleep $idle_seconds
    resident=$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$process/status")
    end
    ready "$1" -XX:AOTMode=off
    without+=("$took")
    end
  done
  local middle mib
  middle=$(printf '%s\n' "${with[@]}" | median)
  mib=$((resident / 1024))
  echo "| $1: from its start to ready, median of $runs | ≤ $2 ms | $middle ms (${with[*]}); without the cache $(printf '%s\n' "${without[@]}" | median) ms | $(judged "$middle" "$2") |"
  if [ "$3" = none ]; then
    echo "| $1: resident, idle for $idle_seconds s | none | $mib MiB | reported |"
  else
    echo "| $1: resident, idle for $idle_seconds s | ≤ $3 MiB | $mib MiB | $(judged "$mib" "$3") |"
  fi
  ready "$1" -XX:AOTMode=on "$cache" "-Xlog:class+load:file=$work/$1.classes"
  end
  local all cached
  all=$(grep -c 'source:' "$work/$1.classes")
  cached=$(grep -c 'source: shared objects file' "$work/$1.classes")
  echo "| $1: classes until ready that the JVM says it took from the cache | most | $cached of $all | $([ $((cached * 2)) -gt "$all" ] && echo yes || echo no) |"
}

unpack operator/target/chat-operator.tar "$work/operator"
unpack chat-consumer/target/chat-consumer.tar "$work/consumer"
echo "Starting the quickstart." >&2
"$jdk/bin/java" -Xmx320m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --sun-misc-unsafe-memory-access=allow \
  -jar quickstart/target/quickstart.jar --state "$work/state" --kafka-port 0 --api-port 0 --page-port 0 \
  > "$work/quickstart.log" 2>&1 &
await "ChatCluster is up" "$work/quickstart.log" $!
kafka=$(sed -n 's/^kafka=//p' "$work/state/ports.properties")

echo "| what | goal | measured | met |"
echo "|---|---|---|---|"
size operator operator/target/chat-operator.tar
size consumer chat-consumer/target/chat-consumer.tar
measure consumer 1000 120
measure operator 2000 none
