/**
 * How the operator's log looks: events with fields, as text for people or as JSON for collectors.
 * The libraries' chatter about a broker that is away is left out, since the status says it.
 */
package dev.chatcluster.operator.log;
