/**
 * What clients are shown when they connect over TLS: a certificate and its key from PEM files,
 * which may change while the process runs.
 */
package dev.chatcluster.consumer.tls;
