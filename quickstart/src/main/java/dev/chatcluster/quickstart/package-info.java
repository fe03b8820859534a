/**
 * The quickstart: a Kafka broker, a Kubernetes API, the operator and the pods it asks for, started
 * and stopped as one. Holds the command line and the wiring; each part has a package of its own.
 */
package dev.chatcluster.quickstart;
