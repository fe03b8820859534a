/**
 * Forwards strays, the messages that lie in a partition that does not own their room, to the one
 * that does: each once, in order, in transactions that also say how far it has come. Of all routers
 * of a partition in the world one at most is valid.
 */
package dev.chatcluster.consumer.router;
