#!/usr/bin/env bash
# The pods' image with what ClusterTest runs inside the cluster on top, in the nodes as chat-e2e:inside.
# Usage: e2e/inside-image.sh CLASS_PATH    with LOAD_IMAGE as for e2e/cluster.sh, after images/build.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{image,layer/e2e}
IFS=: read -ra parts <<< "${1:?give a class path}"
for part in "${parts[@]}"; do
  [ ! -e "$part" ] || cp -rL "$part" "$work/layer/e2e/"
done
chmod -R a+rX "$work/layer"

tar -xf chat-consumer/target/chat-consumer.tar -C "$work/image"
tar --owner=0 --group=0 --numeric-owner -C "$work/layer" -cf "$work/image/inside.tar" e2e
sed -i -E 's#("RepoTags":\[)[^]]*#\1"chat-e2e:inside"#; s#("Layers":\[[^]]*)#\1,"inside.tar"#' "$work/image/manifest.json"
config=$(sed -E 's#.*"Config":"([^"]*)".*#\1#' "$work/image/manifest.json")
sed -i -E "s#(\"diff_ids\":\[[^]]*)#\1,\"sha256:$(sha256sum "$work/image/inside.tar" | cut -d' ' -f1)\"#" "$work/image/$config"
tar -cf "$work/inside.tar" -C "$work/image" $(ls "$work/image")
$LOAD_IMAGE "$work/inside.tar"
