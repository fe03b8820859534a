/**
 * The whole on the Kubernetes cluster that KUBECONFIG names, used as people use it: helm, kubectl
 * and stock clients. What is created there is taken away again, but for the CRD, which helm leaves.
 */
package dev.chatcluster.e2e.kubernetes;
