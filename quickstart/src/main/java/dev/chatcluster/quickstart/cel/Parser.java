package dev.chatcluster.quickstart.cel;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Recursive descent over CEL's grammar, one method a level of precedence. */
final class Parser {
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*(?:(\\d+\\.\\d+)|(\\d+)|r'([^']*)'|r\"([^\"]*)\"|([A-Za-z_][A-Za-z0-9_]*)"
              + "|'((?:[^'\\\\]|\\\\.)*)'|\"((?:[^\"\\\\]|\\\\.)*)\""
              + "|(==|!=|<=|>=|&&|\\|\\||[-+*/%<>!?:.,()\\[\\]]))");
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=", "in");

  private sealed interface Token {}

  private record Value(Object value) implements Token {}

  private record Word(String text) implements Token {}

  private record Sign(String text) implements Token {}

  private final List<Token> tokens = new ArrayList<>();
  private int at;

  Parser(String text) {
    Matcher m = TOKEN.matcher(text);
    int end = 0;
    String trimmed = text.stripTrailing();
    while (end < trimmed.length()) {
      if (!m.find(end) || m.start() != end) {
        throw new CelException("cannot read \"" + text.substring(end) + "\"");
      }
      tokens.add(token(m));
      end = m.end();
    }
  }

  private static Token token(Matcher m) {
    if (m.group(1) != null) {
      return new Value(Double.valueOf(m.group(1)));
    }
    if (m.group(2) != null) {
      return new Value(Long.valueOf(m.group(2)));
    }
    for (int raw = 3; raw <= 4; raw++) {
      if (m.group(raw) != null) {
        return new Value(m.group(raw));
      }
    }
    if (m.group(5) != null) {
      return switch (m.group(5)) {
        case "true" -> new Value(true);
        case "false" -> new Value(false);
        case "null" -> new Value(null);
        default -> new Word(m.group(5));
      };
    }
    if (m.group(8) != null) {
      return new Sign(m.group(8));
    }
    String quoted = m.group(6) != null ? m.group(6) : m.group(7);
    return new Value(quoted.translateEscapes());
  }

  Expression parse() {
    Expression whole = conditional();
    if (at < tokens.size()) {
      throw new CelException("nothing may follow the expression, but " + tokens.get(at) + " does");
    }
    return whole;
  }

  private Expression conditional() {
    Expression condition = or();
    if (!accept("?")) {
      return condition;
    }
    Expression then = conditional();
    expect(":");
    return new Expression.Conditional(condition, then, conditional());
  }

  private Expression or() {
    Expression left = and();
    while (accept("||")) {
      left = new Expression.Binary("||", left, and());
    }
    return left;
  }

  private Expression and() {
    Expression left = comparison();
    while (accept("&&")) {
      left = new Expression.Binary("&&", left, comparison());
    }
    return left;
  }

  private Expression comparison() {
    Expression left = sum();
    while (true) {
      String operator = peek();
      if (!COMPARISONS.contains(operator)) {
        return left;
      }
      at++;
      left = new Expression.Binary(operator, left, sum());
    }
  }

  private Expression sum() {
    Expression left = product();
    while (Set.of("+", "-").contains(peek())) {
      String operator = peek();
      at++;
      left = new Expression.Binary(operator, left, product());
    }
    return left;
  }

  private Expression product() {
    Expression left = unary();
    while (Set.of("*", "/", "%").contains(peek())) {
      String operator = peek();
      at++;
      left = new Expression.Binary(operator, left, unary());
    }
    return left;
  }

  private Expression unary() {
    for (String operator : List.of("!", "-")) {
      if (accept(operator)) {
        return new Expression.Unary(operator, unary());
      }
    }
    return member();
  }

  private Expression member() {
    Expression of = primary();
    while (true) {
      if (accept(".")) {
        String name = word();
        of = accept("(") ? call(of, name, list(")")) : new Expression.Field(of, name);
      } else if (accept("[")) {
        of = new Expression.Index(of, conditional());
        expect("]");
      } else {
        return of;
      }
    }
  }

  private Expression primary() {
    if (accept("(")) {
      Expression inner = conditional();
      expect(")");
      return inner;
    }
    if (accept("[")) {
      return new Expression.ListOf(list("]"));
    }
    if (at < tokens.size() && tokens.get(at) instanceof Value(Object value)) {
      at++;
      return new Expression.Literal(value);
    }
    String name = word();
    return accept("(") ? call(null, name, list(")")) : new Expression.Name(name);
  }

  private static Expression call(Expression target, String name, List<Expression> arguments) {
    if (!Functions.exists(target != null, name, arguments.size())) {
      throw new CelException("the function " + name + " is not supported");
    }
    return new Expression.Call(target, name, List.copyOf(arguments));
  }

  private List<Expression> list(String end) {
    List<Expression> items = new ArrayList<>();
    while (!accept(end)) {
      items.add(conditional());
      if (!peek().equals(end)) {
        expect(",");
      }
    }
    return items;
  }

  private String word() {
    if (at < tokens.size() && tokens.get(at) instanceof Word(String text)) {
      at++;
      return text;
    }
    throw new CelException("a name is missing");
  }

  private String peek() {
    if (at >= tokens.size()) {
      return "";
    }
    return switch (tokens.get(at)) {
      case Sign(String text) -> text;
      case Word(String text) -> text;
      case Value v -> "";
    };
  }

  private boolean accept(String sign) {
    if (at < tokens.size() && tokens.get(at).equals(new Sign(sign))) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(String sign) {
    if (!accept(sign)) {
      throw new CelException("\"" + sign + "\" is missing");
    }
  }
}
