# Sets jdk to a JDK 25 of this machine, or ends; sourced.

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
