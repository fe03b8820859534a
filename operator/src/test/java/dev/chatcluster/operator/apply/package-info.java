/**
 * Tests of the package's pure functions, without a client, a broker or a clock, and of what only a
 * real API server tells. The rest is tested from the package above.
 */
package dev.chatcluster.operator.apply;
