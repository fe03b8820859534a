/**
 * Rooms: what a room id may be, where a record carries it, and which partition a room belongs to.
 * All pure functions, the same in a producer, in the operator and in a pod.
 */
package dev.chatcluster.roomlog.room;
