/**
 * What users are promised, tried from outside: real brokers, real consumer processes, clients that
 * others wrote. Nothing here may know how a consumer works, only what its documents say.
 */
package dev.chatcluster.e2e;
