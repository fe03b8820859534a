#!/usr/bin/env bash
# A base image where no registry is reached: the runtime of the JDK 25 that is here and this Linux' C library, no shell.
# Usage: images/base.sh FILE    then: images/build.sh -Dimage.base=tar://FILE
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../build/jdk.sh"

out=${1:?give the file to write}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$root"/{etc,opt,tmp}
chmod 755 "$root"
chmod 1777 "$root/tmp"

"$jdk/bin/jlink" --output "$root/opt/java" --strip-debug --no-header-files --no-man-pages --generate-cds-archive \
  --add-modules java.se,jdk.crypto.ec,jdk.httpserver,jdk.jcmd,jdk.jfr,jdk.management,jdk.naming.dns,jdk.net,jdk.security.auth,jdk.security.jgss,jdk.unsupported,jdk.zipfs \
  > "$work/jlink.log" || { cat "$work/jlink.log" >&2; exit 1; }

# What the runtime asks for, and what the C library itself opens to resolve names.
ldd "$root/opt/java/bin/java" "$root"/opt/java/lib/{libnet,libnio,libzip,libjava,server/libjvm}.so \
  | grep -oE '/[^ ]+\.so[^ ]*' | grep -v "^$root" | grep -v ':$' | sort -u > "$work/libraries"
libc=$(grep '/libc\.so\.6$' "$work/libraries") || { echo "This Linux has no glibc: name a base image instead." >&2; exit 1; }
for library in $(cat "$work/libraries") "$(dirname "$libc")"/lib{nss_dns.so.2,nss_files.so.2,resolv.so.2}; do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done
printf 'hosts: files dns\n' > "$root/etc/nsswitch.conf"
printf 'nonroot:x:65532:65532::/tmp:/sbin/nologin\n' > "$root/etc/passwd"
printf 'nonroot:x:65532:\n' > "$root/etc/group"

archive() {
  tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 "$@"
}
case $(uname -m) in aarch64) architecture=arm64 ;; *) architecture=amd64 ;; esac
archive -C "$root" -cf "$work/layer.tar" .
printf '{"architecture":"%s","os":"linux","created":"1970-01-01T00:00:00Z","config":{"Env":["PATH=/opt/java/bin","JAVA_HOME=/opt/java"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]},"history":[{"created":"1970-01-01T00:00:00Z","created_by":"images/base.sh"}]}' \
  "$architecture" "$(sha256sum "$work/layer.tar" | cut -d' ' -f1)" > "$work/config.json"
printf '[{"Config":"config.json","RepoTags":["java-base:25"],"Layers":["layer.tar"]}]' > "$work/manifest.json"
archive -C "$work" -cf "$out" manifest.json config.json layer.tar
