/** Tests of the cut on a real broker, and of what decides about it without one. */
package dev.chatcluster.operator.rescale;
