package dev.chatcluster.operator.scale;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The JVM as the image starts it, but without its AOT cache, in a container of 256 MiB. */
final class ImageFlags {
  private static final Pattern FLAG = Pattern.compile("<jvmFlag>(.*)</jvmFlag>");
  private static final Pattern PROPERTY = Pattern.compile("\\$\\{(.*?)}");

  static final List<String> ALL =
      Stream.concat(Stream.of("-XX:MaxRAM=256m"), image().filter(flag -> !flag.contains("AOT")))
          .toList();

  private ImageFlags() {}

  /** What the poms say, which tests of this module are run beside. */
  private static Stream<String> image() {
    String own = text(Path.of("pom.xml"));
    String parent = text(Path.of("..", "pom.xml"));
    return FLAG.matcher(parent)
        .results()
        .map(flag -> PROPERTY.matcher(flag.group(1)))
        .map(flag -> flag.replaceAll(name -> value(name.group(1), own + parent)));
  }

  /** The first one counts. */
  private static String value(String property, String poms) {
    return poms.split("<" + property + ">", 2)[1].split("<", 2)[0];
  }

  private static String text(Path pom) {
    try {
      return Files.readString(pom);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
