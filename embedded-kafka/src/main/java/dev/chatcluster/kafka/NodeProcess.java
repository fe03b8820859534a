package dev.chatcluster.kafka;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** One node in a process of its own, until its standard input ends: so it never outlives us. */
final class NodeProcess {
  static final String UP = "up";

  private NodeProcess() {}

  /**
   * @param arguments the file of the node's properties, its number and its three ports
   */
  public static void main(String[] arguments) throws IOException {
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(Path.of(arguments[0]))) {
      properties.load(in);
    }
    NodeAddress address =
        new NodeAddress(
            Integer.parseInt(arguments[1]),
            Integer.parseInt(arguments[2]),
            Integer.parseInt(arguments[3]),
            Integer.parseInt(arguments[4]));
    new KafkaNode(Path.of(properties.getProperty("log.dirs")), properties, address).start();
    System.out.println(UP);
    System.in.transferTo(OutputStream.nullOutputStream());
    Runtime.getRuntime().halt(0);
  }
}
