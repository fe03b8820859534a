/**
 * What the chart makes of its values, asked of the real Helm, and what its objects are on a real
 * API server. The operator works there with the rights that the chart gives it.
 */
package dev.chatcluster.chart;
