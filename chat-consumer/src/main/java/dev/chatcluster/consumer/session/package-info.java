/**
 * One client's STOMP session: what each frame does in each state, and in which order answers go
 * out. It sees rooms and sends through their ports and its socket through an outlet.
 */
package dev.chatcluster.consumer.session;
