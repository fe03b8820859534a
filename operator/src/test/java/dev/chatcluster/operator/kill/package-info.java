/**
 * Operators that are killed at named steps of their work while ChatClusters are created, changed
 * and deleted; in the end everything has to be as the last specs say, and nothing else be left.
 */
package dev.chatcluster.operator.kill;
