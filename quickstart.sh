#!/usr/bin/env bash
# Everything on this machine: Kafka, a Kubernetes API, the operator and its pods. --help says what can be chosen.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# The major version of a JDK, or nothing.
version_of() {
  [ -x "$1/bin/javac" ] || return 0
  "$1/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p'
}

find_jdk() {
  local on_path home
  on_path=$(command -v javac || true)
  for home in \
    "${JAVA_HOME:-}" \
    "${on_path:+$(cd "$(dirname "$(readlink -f "$on_path" 2>/dev/null || echo "$on_path")")/.." && pwd)}" \
    /usr/lib/jvm/* \
    "$HOME"/.sdkman/candidates/java/* \
    "$HOME"/.jdks/* \
    /opt/homebrew/opt/openjdk@25/libexec/openjdk.jdk/Contents/Home \
    "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if [ -n "$home" ] && [ "$(version_of "$home")" = 25 ]; then
      echo "$home"
      return
    fi
  done
}

jdk=$(find_jdk)
if [ -z "$jdk" ]; then
  echo "No JDK 25 was found: install one (for example from https://adoptium.net) or set JAVA_HOME to it." >&2
  exit 1
fi

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
  is_built "$here/operator/target/operator.jar" operator/src operator/pom.xml crds/src room-log/src pom.xml &&
    is_built "$here/chat-consumer/target/chat-consumer.jar" chat-consumer/src chat-consumer/pom.xml room-log/src pom.xml &&
    is_built "$here/quickstart/target/quickstart.jar" quickstart/src quickstart/pom.xml embedded-kafka/src room-log/src pom.xml
}
{ [ ! -e "$unfinished" ] && jars_are_built; } || build

# Small, and quick to start; a JVM left to itself would take more memory than everything here needs.
exec "$jdk/bin/java" -Xms64m -Xmx320m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:+UseCompactObjectHeaders \
  -XX:-UsePerfData --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED \
  -jar "$here/quickstart/target/quickstart.jar" "$@"
