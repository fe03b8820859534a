#!/usr/bin/env bash
# What the figures in docs/benchmarks.md come from. Usage: benchmarks/run.sh room-log [figure...] | push [options] | quickstart | operator [chatclusters partitions rest-seconds]
# operator needs what operator/kill.sh needs.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

. build/jdk.sh

case "${1:-}" in
  push) main=dev.chatcluster.benchmarks.push.PushBenchmark ;;
  room-log) main=dev.chatcluster.benchmarks.roomlog.RoomLogBenchmark ;;
  quickstart) main=dev.chatcluster.benchmarks.quickstart.QuickstartBenchmark ;;
  operator)
    shift
    echo "Building what is to be measured." >&2
    JAVA_HOME=$jdk mvn -B -ntp -q -pl operator -am package -DskipTests -Dexec.skip
    cd operator
    exec "$jdk/bin/java" -Xmx2g -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED \
      -cp "target/classes:target/test-classes:$(cat target/test-classpath)" dev.chatcluster.operator.scale.OperatorFigures "$@"
    ;;
  *)
    sed -n 's/^# .*Usage: /usage: /p' "${BASH_SOURCE[0]}" >&2
    exit 2
    ;;
esac
shift

echo "Building what is to be measured." >&2
JAVA_HOME=$jdk mvn -B -ntp -q -pl operator,chat-consumer,quickstart,benchmarks -am package -DskipTests -Dexec.skip

exec "$jdk/bin/java" -Xmx512m -XX:+UseSerialGC --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED \
  -cp benchmarks/target/benchmarks.jar "$main" "$@"
