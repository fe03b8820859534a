# Sets jdk to a JDK 25 of this machine, or ends; sourced.
jdk=
for home in "${JAVA_HOME:-}" /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
  if [ -x "$home/bin/javac" ] && "$home/bin/javac" -version 2>&1 | grep -q '^javac 25'; then
    jdk=$home
    break
  fi
done
if [ -z "$jdk" ]; then
  echo "No JDK 25 was found: install one or set JAVA_HOME to it." >&2
  exit 1
fi
