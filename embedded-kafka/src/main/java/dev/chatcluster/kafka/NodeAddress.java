package dev.chatcluster.kafka;

import java.util.ArrayList;
import java.util.List;

/** A node's number and the ports of its three listeners. */
record NodeAddress(int id, int client, int admin, int controller) {
  /** One for each node that is asked for, on free ports but for the one that is given. */
  static List<NodeAddress> choose(KafkaOptions options) {
    List<NodeAddress> addresses = new ArrayList<>();
    for (int id = 1; id <= options.nodes(); id++) {
      int client = id == 1 && options.port() != 0 ? options.port() : FreePorts.next();
      addresses.add(new NodeAddress(id, client, FreePorts.next(), FreePorts.next()));
    }
    return addresses;
  }
}
