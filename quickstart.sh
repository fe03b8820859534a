#!/usr/bin/env bash
# Everything on this machine: Kafka, a Kubernetes API, the operator and its pods. --help says what can be chosen.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# Help, an option that nothing here has, and one without its value are answered before anything is built.
usage=$here/quickstart/src/main/resources/usage.txt
for argument in "$@"; do
  case $argument in
    --help | -h)
      cat "$usage"
      exit
      ;;
  esac
done

refuse_unknown() {
  local known
  known=$(sed -n 's/^ *\(--[a-z-]*\) .*/\1/p' "$usage")
  [ "${1:-}" != produce ] || shift
  while [ $# -gt 0 ]; do
    if ! grep -qxF -e "$1" <<< "$known"; then
      echo "There is no option $1; --help lists them." >&2
      exit 1
    fi
    if [ $# = 1 ]; then
      echo "The option $1 needs a value." >&2
      exit 1
    fi
    shift 2
  done
}
refuse_unknown "$@"

. "$here/build/jdk.sh"

# Whether a jar is there and newer than what it is made of.
is_built() {
  local jar=$1
  shift
  [ -f "$jar" ] && [ -z "$(cd "$here" && find "$@" -newer "$jar" \( -name '*.java' -o -name 'pom.xml' -o -path '*/resources/*' \) -print -quit)" ]
}

unfinished=$here/.quickstart-build-is-unfinished

build() {
  if ! command -v mvn > /dev/null; then
    echo "The project is not built yet, and Maven is not there: install Maven 3.8 or newer (mvn) and run this again." >&2
    exit 1
  fi
  echo "Building what is missing; the first time takes a few minutes, since Maven fetches the libraries."
  local log goals=package
  # A build that was interrupted may have left halves of files, which Maven takes for whole ones.
  [ ! -e "$unfinished" ] || goals="clean package"
  touch "$unfinished"
  log=$(mktemp)
  # shellcheck disable=SC2086
  if ! (cd "$here" && JAVA_HOME=$jdk mvn -B -ntp -pl operator,chat-consumer,quickstart -am $goals -DskipTests -Dexec.skip 2>&1) \
    | tee "$log" | sed -n -u 's/^\[INFO\] Building \([a-z-]*\) .*\[\([0-9]*\/[0-9]*\)\]$/  \2 \1/p'; then
    grep -m 5 ERROR "$log" >&2 || true
    echo "The build failed; its whole output is in $log." >&2
    exit 1
  fi
  rm -f "$log" "$unfinished"
}

jars_are_built() {
  is_built "$here/operator/target/operator.jar" operator/src operator/pom.xml crds/src kafka-access/src room-log/src pom.xml &&
    is_built "$here/chat-consumer/target/chat-consumer.jar" chat-consumer/src chat-consumer/pom.xml kafka-access/src room-log/src pom.xml &&
    is_built "$here/quickstart/target/quickstart.jar" quickstart/src quickstart/pom.xml embedded-kafka/src room-log/src pom.xml
}
{ [ ! -e "$unfinished" ] && jars_are_built; } || build

# Small, and quick to start; a JVM left to itself would take more memory than everything here needs.
exec "$jdk/bin/java" -Xms64m -Xmx320m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:+UseCompactObjectHeaders \
  -XX:-UsePerfData --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED \
  -jar "$here/quickstart/target/quickstart.jar" "$@"
