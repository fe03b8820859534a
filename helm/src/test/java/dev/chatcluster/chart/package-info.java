/** What the chart makes of its values, asked of the real Helm. Nothing here needs a cluster. */
package dev.chatcluster.chart;
