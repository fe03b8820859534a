/**
 * What runs in the cluster itself, where a Service is what kube-proxy makes of it: port-forwarding
 * leads to one pod. It tells what it sees in lines, which the test reads from its log.
 */
package dev.chatcluster.e2e.kubernetes.inside;
