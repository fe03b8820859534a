#!/usr/bin/env bash
# Kills operators at named steps of their work, one at a time and two at once, while ChatClusters are created, changed and
# deleted; ends with 1 when something is not as it should be afterwards.
# Usage: operator/kill.sh [--kills N] [--seed S]
# N (40) kills of each, six changes a kill. Needs kube-apiserver and etcd where fabric8's kube-api-test looks, and in the
# environment:
#   CHATCLUSTER_KUBE_CONTROLLER_MANAGER  path of a kube-controller-manager of the same version
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

kills=40
seed=()
while [ $# -gt 0 ]; do
  case "${2:+$1}" in
    --kills) kills=$2 ;;
    --seed) seed=("-Dkill.seed=$2") ;;
    *)
      sed -n 's/^# Usage: /usage: /p' "${BASH_SOURCE[0]}" >&2
      exit 2
      ;;
  esac
  shift 2
done

export CHATCLUSTER_REQUIRE_CONTROLLER_MANAGER=1
exec mvn -B -ntp -q -pl operator -am verify -Dtest=OperatorKillTest -Dsurefire.failIfNoSpecifiedTests=false \
  "-Dkill.kills=$kills" "${seed[@]}"
