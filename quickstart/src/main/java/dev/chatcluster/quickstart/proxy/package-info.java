/**
 * What a cluster's Services do: each one's port, on this machine, leads to a ready pod. Also keeps
 * the Endpoints that say which.
 */
package dev.chatcluster.quickstart.proxy;
