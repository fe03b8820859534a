#!/usr/bin/env bash
# What the figures in docs/benchmarks.md come from. Usage: benchmarks/run.sh room-log [figure...] | push [options] | quickstart
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

jdk=
for home in "${JAVA_HOME:-}" /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/*; do
  if [ -x "$home/bin/javac" ] && "$home/bin/javac" -version 2>&1 | grep -q '^javac 25'; then
    jdk=$home
    break
  fi
done
if [ -z "$jdk" ]; then
  echo "No JDK 25 was found: install one or set JAVA_HOME to it." >&2
  exit 1
fi

case "${1:-}" in
  push) main=dev.chatcluster.benchmarks.push.PushBenchmark ;;
  room-log) main=dev.chatcluster.benchmarks.roomlog.RoomLogBenchmark ;;
  quickstart) main=dev.chatcluster.benchmarks.quickstart.QuickstartBenchmark ;;
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
