/**
 * The HTTP face of the Kubernetes API stand-in: what kubectl and the operator's client ask for, and
 * how it is answered. What an object is and what may be done with it is not decided here.
 */
package dev.chatcluster.quickstart.api;
