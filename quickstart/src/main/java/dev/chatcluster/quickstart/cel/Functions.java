package dev.chatcluster.quickstart.cel;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The functions that take values; those that take expressions are the evaluator's. */
final class Functions {
  private static final Set<String> MACROS = Set.of("all", "exists", "filter", "map");
  private static final Set<String> PLAIN =
      Set.of("size", "string", "int", "double", "duration", "quantity", "isQuantity");
  private static final Set<String> OF_A_TARGET =
      Set.of(
          "size",
          "startsWith",
          "endsWith",
          "contains",
          "matches",
          "compareTo",
          "isGreaterThan",
          "isLessThan",
          "lowerAscii",
          "split",
          "trim");
  private static final Pattern DURATION_PART =
      Pattern.compile("(\\d+(?:\\.\\d+)?)(h|ms|m|s|us|ns)");
  private static final Pattern DURATION = Pattern.compile("[+-]?(?:" + DURATION_PART + ")+");
  private static final Map<String, BigDecimal> UNITS =
      Map.of(
          "h", BigDecimal.valueOf(3600),
          "m", BigDecimal.valueOf(60),
          "s", BigDecimal.ONE,
          "ms", BigDecimal.valueOf(1, 3),
          "us", BigDecimal.valueOf(1, 6),
          "ns", BigDecimal.valueOf(1, 9));
  private static final Pattern QUANTITY =
      Pattern.compile(
          "([+-]?(?:\\d+\\.?\\d*|\\.\\d+))(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?\\d+)?");
  private static final Map<String, BigDecimal> SUFFIXES =
      Map.ofEntries(
          Map.entry("n", BigDecimal.valueOf(1, 9)),
          Map.entry("u", BigDecimal.valueOf(1, 6)),
          Map.entry("m", BigDecimal.valueOf(1, 3)),
          Map.entry("k", BigDecimal.valueOf(1, -3)),
          Map.entry("M", BigDecimal.valueOf(1, -6)),
          Map.entry("G", BigDecimal.valueOf(1, -9)),
          Map.entry("T", BigDecimal.valueOf(1, -12)),
          Map.entry("P", BigDecimal.valueOf(1, -15)),
          Map.entry("E", BigDecimal.valueOf(1, -18)),
          Map.entry("Ki", BigDecimal.valueOf(1L << 10)),
          Map.entry("Mi", BigDecimal.valueOf(1L << 20)),
          Map.entry("Gi", BigDecimal.valueOf(1L << 30)),
          Map.entry("Ti", BigDecimal.valueOf(1L << 40)),
          Map.entry("Pi", BigDecimal.valueOf(1L << 50)),
          Map.entry("Ei", BigDecimal.valueOf(1L << 60)));

  private Functions() {}

  static boolean exists(boolean ofATarget, String name, int arguments) {
    if (!ofATarget) {
      return arguments == 1 && (name.equals("has") || PLAIN.contains(name));
    }
    boolean none = Set.of("size", "lowerAscii", "trim").contains(name);
    return MACROS.contains(name) && arguments == 2
        || OF_A_TARGET.contains(name) && arguments == (none ? 0 : 1);
  }

  static Object call(String name, List<Object> values) {
    Object first = values.getFirst();
    return switch (name) {
      case "size" -> size(first);
      case "string" -> String.valueOf(first);
      case "int" -> Long.valueOf(decimal(String.valueOf(first)).longValue());
      case "double" -> Double.valueOf(String.valueOf(first));
      case "duration" -> seconds(text(first));
      case "quantity" -> quantity(String.valueOf(first));
      case "isQuantity" -> QUANTITY.matcher(String.valueOf(first)).matches();
      case "startsWith" -> text(first).startsWith(text(values.get(1)));
      case "endsWith" -> text(first).endsWith(text(values.get(1)));
      case "contains" -> text(first).contains(text(values.get(1)));
      case "matches" -> Pattern.compile(text(values.get(1))).matcher(text(first)).find();
      case "compareTo" -> Long.valueOf(number(first).compareTo(number(values.get(1))));
      case "isGreaterThan" -> number(first).compareTo(number(values.get(1))) > 0;
      case "isLessThan" -> number(first).compareTo(number(values.get(1))) < 0;
      case "lowerAscii" -> text(first).toLowerCase(Locale.ROOT);
      case "split" -> List.of(text(first).split(Pattern.quote(text(values.get(1))), -1));
      case "trim" -> text(first).strip();
      default -> throw new CelException("the function " + name + " is not supported");
    };
  }

  private static Long size(Object value) {
    return switch (value) {
      case String text -> (long) text.codePointCount(0, text.length());
      case List<?> list -> (long) list.size();
      case JsonNode node -> (long) node.size();
      case null, default -> throw new CelException("size needs a text, a list or a map");
    };
  }

  private static BigDecimal seconds(String text) {
    if (!DURATION.matcher(text).matches()) {
      throw new CelException("\"" + text + "\" is not a duration");
    }
    Matcher part = DURATION_PART.matcher(text);
    BigDecimal seconds = BigDecimal.ZERO;
    while (part.find()) {
      seconds = seconds.add(decimal(part.group(1)).multiply(UNITS.get(part.group(2))));
    }
    return text.startsWith("-") ? seconds.negate() : seconds;
  }

  private static BigDecimal quantity(String text) {
    Matcher m = QUANTITY.matcher(text);
    if (!m.matches()) {
      throw new CelException("\"" + text + "\" is not a quantity");
    }
    String suffix = m.group(2);
    if (suffix == null) {
      return decimal(m.group(1));
    }
    BigDecimal factor = SUFFIXES.get(suffix);
    return factor == null ? decimal(m.group(1) + suffix) : decimal(m.group(1)).multiply(factor);
  }

  static BigDecimal number(Object value) {
    return switch (value) {
      case BigDecimal quantity -> quantity;
      case Long whole -> BigDecimal.valueOf(whole);
      case Double fraction -> BigDecimal.valueOf(fraction);
      case null, default -> throw new CelException(value + " is not a number");
    };
  }

  private static BigDecimal decimal(String text) {
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw new CelException("\"" + text + "\" is not a number");
    }
  }

  private static String text(Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw new CelException(value + " is not a text");
  }
}
