/**
 * What a line of the log looks like: text for people, JSON for machines. Everything else logs
 * through slf4j and knows nothing of it.
 */
package dev.chatcluster.consumer.logging;
