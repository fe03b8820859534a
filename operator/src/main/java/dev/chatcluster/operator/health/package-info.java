/**
 * What the platform asks of the operator's process: whether it lives, whether it is ready, its
 * metrics. On a port of its own, without authentication, and without secrets.
 */
package dev.chatcluster.operator.health;
