/**
 * Tests of the package's pure functions, without a client, a broker or a clock. What needs those is
 * tested from the package above.
 */
package dev.chatcluster.operator.reconcile;
