package dev.chatcluster.kafka;

/** A node's number and the ports of its three listeners. */
record NodeAddress(int id, int client, int admin, int controller) {}
