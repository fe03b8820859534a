/**
 * The order of a room's messages over all epochs: which record lies where in which room's log, and
 * the reading that follows it. Pure rules and an incremental reader without I/O, so that both can
 * be held against each other.
 */
package dev.chatcluster.roomlog.order;
