/** Who leads, decided from what the Lease says. */
package dev.chatcluster.operator.leader;
