package dev.chatcluster.benchmarks.roomlog;

import java.util.List;

/** Something that is set up, measured and taken down. */
@FunctionalInterface
interface Scenario {
  List<Figure> measure() throws Exception;
}
