/**
 * The page that brings a ChatCluster from what is to what is wanted, step by step. Each step's
 * decisions are pure functions beside it.
 */
package dev.chatcluster.operator.reconcile;
