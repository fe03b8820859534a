/**
 * What a cluster's controller manager, scheduler and node do for Deployments: pods are made of them
 * and run as processes of this machine, probed, restarted and stopped. Works on the objects only.
 */
package dev.chatcluster.quickstart.kubelet;
