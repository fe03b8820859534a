/**
 * The operator's process: reads its configuration, starts, and stops when told to. What it does
 * while it runs is in the packages below, first of all {@code reconcile}.
 */
package dev.chatcluster.operator;
