#!/usr/bin/env bash
# The chaos test for as long as one likes; ends with one table, and with 1 when something happened that must not.
# Usage: e2e/chaos.sh [--minutes N] [--seed S] [--brokers 1|3] [--epochs E] [--faults F] [--most P] [--refresh SECONDS]
#                     [--broken fence|barrier|residue]
# It ends early once E epochs (100) were published and each kind of fault was there F times (20). --most: the largest count
# of partitions. --refresh: spec.rescale.producerRefresh. --broken: with that rule taken out of a copy of the sources;
# such a run must fail.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

. "$root/build/jdk.sh"

broken=
options=()
while [ $# -gt 0 ]; do
  case "${2:+$1}" in
    --broken)
      broken=$2
      shift 2
      ;;
    --minutes | --seed | --brokers | --epochs | --faults | --most | --refresh)
      options+=("$1" "$2")
      shift 2
      ;;
    *)
      sed -n 's/^# Usage: /usage: /p; s/^#  \( *\[--\)/ \1/p' "${BASH_SOURCE[0]}" >&2
      exit 2
      ;;
  esac
done

if [ -n "$broken" ]; then
  patch=$root/e2e/src/test/broken/$broken.patch
  if [ ! -f "$patch" ]; then
    echo "There is no $patch: --broken is one of $(cd "$root/e2e/src/test/broken" && ls -m -- *.patch | sed 's/\.patch//g')." >&2
    exit 2
  fi
  copy=$(mktemp -d)
  trap 'rm -rf "$copy"' EXIT
  tar -C "$root" --exclude target --exclude .git --exclude node_modules -cf - . | tar -C "$copy" -xf -
  (cd "$copy" && patch -p1 --quiet < "$patch")
  root=$copy
  echo "Without the $broken, in $copy" >&2
fi

cd "$root"
echo "Building what is to be tested." >&2
JAVA_HOME=$jdk mvn -B -ntp -q -pl e2e -am package -DskipTests -Dexec.skip

cd e2e
# Not exec: the copy is removed in the end.
"$jdk/bin/java" -Xmx768m -XX:+UseSerialGC --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED \
  -cp "target/test-classes:$(cat target/test-classpath)" dev.chatcluster.e2e.chaos.ChaosMain "${options[@]}"
