#!/usr/bin/env bash
# ChatCluster on the Kubernetes cluster that KUBECONFIG names, from helm install to helm uninstall, as its users use it; tells
# what happens, a line each, and ends with 1 when something is not as it should be.
# Usage: e2e/cluster.sh
# Needs kubectl and helm, and in the environment:
#   LOAD_IMAGE   a command that takes an image archive into the nodes: "kind load image-archive", "minikube image load"
#   CHATCLUSTER_E2E_HOST  an address of this machine that pods reach; a Kafka broker listens there while this runs
#   BASE_IMAGE   the images' base, for example tar:///tmp/base.tar (optional; docs/images.md)
#   CHATCLUSTER_E2E_HELM_OPTIONS  further options of helm install (optional)
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

for variable in LOAD_IMAGE CHATCLUSTER_E2E_HOST; do
  if [ -z "${!variable:-}" ]; then
    echo "$variable is not set." >&2
    sed -n 's/^# Usage: /usage: /p; s/^#   /       /p' "${BASH_SOURCE[0]}" >&2
    exit 2
  fi
done
for tool in kubectl helm; do
  command -v "$tool" > /dev/null || {
    echo "$tool is not on the PATH." >&2
    exit 2
  }
done
kubectl version --request-timeout=10s > /dev/null || {
  echo "No cluster answers: KUBECONFIG has to name one." >&2
  exit 2
}

images/build.sh ${BASE_IMAGE:+"-Dimage.base=$BASE_IMAGE"}
# The pods' image by another name as well, to upgrade to.
next=$(mktemp -d)
trap 'rm -rf "$next"' EXIT
tar -xf chat-consumer/target/chat-consumer.tar -C "$next"
sed -i 's#chat-consumer:[^"]*#chat-consumer:next#' "$next/manifest.json"
tar -cf chat-consumer/target/next.tar -C "$next" $(ls "$next")
for archive in operator/target/chat-operator.tar chat-consumer/target/{chat-consumer,next}.tar; do
  $LOAD_IMAGE "$archive"
done

export CHATCLUSTER_REQUIRE_CLUSTER=1
mvn -B -ntp -q -pl e2e -am verify -Dtest=ClusterTest -Dsurefire.failIfNoSpecifiedTests=false
