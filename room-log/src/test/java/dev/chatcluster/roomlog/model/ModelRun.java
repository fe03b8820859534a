package dev.chatcluster.roomlog.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One run of TLC: a module with a configuration of its own.
 *
 * @param module the TLA+ module
 * @param kind what is expected
 * @param name of the run within its configuration
 * @param property that the run must violate; null when all must hold
 * @param configuration for TLC
 */
record ModelRun(String module, Kind kind, String name, String property, String configuration) {
  enum Kind {
    OK,
    LARGE,
    REACH,
    MUTATION
  }

  private static final Pattern LINE =
      Pattern.compile(
          "\\\\\\* (ok|large|reach|mutation) +(\\S+)(?: +violates (\\S+))? *(?:: *(\\S.*))?");
  private static final Pattern CHECKED = Pattern.compile("(?m)^(INVARIANTS|PROPERTIES) (.*)$");

  /**
   * The runs that a configuration file stands for: itself, and one for each comment line that
   * begins with a kind.
   */
  static List<ModelRun> of(Path file) throws IOException {
    String base = Files.readString(file);
    String stem = file.getFileName().toString().replace(".cfg", "");
    String module = stem.replaceAll("-.*", "");
    List<ModelRun> runs = new ArrayList<>();
    runs.add(new ModelRun(module, Kind.OK, stem, null, base));
    for (String line : base.lines().toList()) {
      Matcher run = LINE.matcher(line);
      if (run.matches()) runs.add(run(module, base, run));
      else if (line.matches("\\\\\\* (ok|large|reach|mutation)\\b.*")) {
        throw new IllegalArgumentException(file + " has a line that is no run: " + line);
      }
    }
    return runs;
  }

  private static ModelRun run(String module, String base, Matcher line) {
    Kind kind = Kind.valueOf(line.group(1).toUpperCase());
    String name = line.group(2);
    String property = kind == Kind.REACH ? name : line.group(3);
    String text = base;
    if (kind == Kind.MUTATION) text = set(text, "Mutation = \"" + name + '"');
    if (line.group(4) != null) {
      for (String constant : line.group(4).split(", *")) text = set(text, constant.strip());
    }
    if (property != null) text = only(text, property);
    return new ModelRun(module, kind, name, property, text);
  }

  private static String set(String text, String constant) {
    String name = constant.split(" ")[0];
    Matcher old = Pattern.compile("(?m)^  " + name + " (=|<-) .*$").matcher(text);
    if (!old.find()) throw new IllegalArgumentException("there is no constant " + name);
    return old.replaceFirst(Matcher.quoteReplacement("  " + constant));
  }

  /** Checks nothing but that property, so that its violation is the one that TLC reports. */
  private static String only(String text, String property) {
    String kind =
        CHECKED
            .matcher(text)
            .results()
            .filter(checked -> List.of(checked.group(2).split(" +")).contains(property))
            .map(checked -> checked.group(1))
            .findFirst()
            .orElse("INVARIANTS");
    return CHECKED.matcher(text).replaceAll("") + kind + ' ' + property + '\n';
  }
}
