/**
 * How a Kafka is reached that asks for TLS or for credentials. What the operator tries and what its
 * pods do is the same, since both make the properties of their clients here.
 */
package dev.chatcluster.access;
