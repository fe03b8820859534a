/** What many partitions and many ChatClusters cost the operator, and that rest costs nothing. */
package dev.chatcluster.operator.scale;
