package dev.chatcluster.quickstart.cel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Evaluates expressions with some variables. Maps are JSON objects, the rest is Java's. */
public final class Evaluator {
  private final Map<String, Object> variables;

  /** With variables that are JSON. */
  public static Evaluator with(Map<String, JsonNode> variables) {
    Map<String, Object> values = new HashMap<>();
    variables.forEach((name, node) -> values.put(name, value(node)));
    return new Evaluator(values);
  }

  private Evaluator(Map<String, Object> variables) {
    this.variables = variables;
  }

  /**
   * Whether a rule holds.
   *
   * @throws CelException when the rule has no value, or not a boolean one
   */
  public boolean holds(Expression rule) {
    return truth(evaluate(rule));
  }

  private Object evaluate(Expression expression) {
    return switch (expression) {
      case Expression.Literal(Object value) -> value;
      case Expression.Name(String name) -> variable(name);
      case Expression.Field(Expression of, String field) -> field(evaluate(of), field);
      case Expression.Index(Expression of, Expression index) -> item(evaluate(of), evaluate(index));
      case Expression.ListOf(List<Expression> items) -> items.stream().map(this::evaluate).toList();
      case Expression.Unary(String operator, Expression of) -> unary(operator, evaluate(of));
      case Expression.Binary binary -> binary(binary);
      case Expression.Conditional(Expression condition, Expression then, Expression otherwise) ->
          evaluate(truth(evaluate(condition)) ? then : otherwise);
      case Expression.Call call -> call(call);
    };
  }

  private Object variable(String name) {
    if (!variables.containsKey(name)) {
      throw new CelException("there is no variable " + name);
    }
    return variables.get(name);
  }

  private static Object field(Object of, String field) {
    if (of instanceof ObjectNode object && object.has(field)) {
      return value(object.get(field));
    }
    throw new CelException("no such key: " + field);
  }

  private static Object item(Object of, Object index) {
    if (of instanceof List<?> list && index instanceof Long at && at >= 0 && at < list.size()) {
      return list.get(at.intValue());
    }
    return field(of, String.valueOf(index));
  }

  private static Object unary(String operator, Object of) {
    if (operator.equals("!")) {
      return !truth(of);
    }
    return of instanceof Long whole ? (Object) (-whole) : Functions.number(of).negate();
  }

  private Object binary(Expression.Binary b) {
    return switch (b.operator()) {
      case "&&" -> truth(evaluate(b.left())) && truth(evaluate(b.right()));
      case "||" -> truth(evaluate(b.left())) || truth(evaluate(b.right()));
      case "==" -> same(evaluate(b.left()), evaluate(b.right()));
      case "!=" -> !same(evaluate(b.left()), evaluate(b.right()));
      case "in" -> isIn(evaluate(b.left()), evaluate(b.right()));
      case "<" -> compare(b) < 0;
      case "<=" -> compare(b) <= 0;
      case ">" -> compare(b) > 0;
      case ">=" -> compare(b) >= 0;
      default -> arithmetic(b.operator(), evaluate(b.left()), evaluate(b.right()));
    };
  }

  private int compare(Expression.Binary b) {
    Object left = evaluate(b.left());
    Object right = evaluate(b.right());
    return left instanceof String a && right instanceof String z
        ? a.compareTo(z)
        : Functions.number(left).compareTo(Functions.number(right));
  }

  private static Object arithmetic(String operator, Object left, Object right) {
    if (operator.equals("+") && left instanceof String a && right instanceof String b) {
      return a + b;
    }
    if (!(left instanceof Long a && right instanceof Long b)) {
      throw new CelException(operator + " is only supported for whole numbers");
    }
    if (b == 0 && (operator.equals("/") || operator.equals("%"))) {
      throw new CelException("division by zero");
    }
    return switch (operator) {
      case "+" -> Math.addExact(a, b);
      case "-" -> Math.subtractExact(a, b);
      case "*" -> Math.multiplyExact(a, b);
      case "/" -> a / b;
      case "%" -> a % b;
      default -> throw new CelException("unknown operator " + operator);
    };
  }

  private static boolean isIn(Object item, Object in) {
    return switch (in) {
      case List<?> list -> list.stream().anyMatch(i -> same(i, item));
      case ObjectNode map -> map.has(String.valueOf(item));
      case null, default -> throw new CelException("in needs a list or a map");
    };
  }

  private Object call(Expression.Call call) {
    if (call.name().equals("has")) {
      return has(call.arguments().getFirst());
    }
    if (call.target() == null) {
      return Functions.call(call.name(), List.of(evaluate(call.arguments().getFirst())));
    }
    Object target = evaluate(call.target());
    return switch (call.name()) {
      case "all" -> each(target, call).stream().allMatch(Evaluator::truth);
      case "exists" -> each(target, call).stream().anyMatch(Evaluator::truth);
      case "map" -> each(target, call);
      case "filter" -> {
        List<Object> kept = new ArrayList<>();
        List<?> items = items(target);
        List<Object> verdicts = each(target, call);
        for (int i = 0; i < items.size(); i++) {
          if (truth(verdicts.get(i))) {
            kept.add(items.get(i));
          }
        }
        yield kept;
      }
      default -> {
        List<Object> values = new ArrayList<>();
        values.add(target);
        call.arguments().forEach(a -> values.add(evaluate(a)));
        yield Functions.call(call.name(), values);
      }
    };
  }

  private boolean has(Expression field) {
    if (!(field instanceof Expression.Field(Expression of, String name))) {
      throw new CelException("has needs a field");
    }
    return evaluate(of) instanceof ObjectNode object && object.hasNonNull(name);
  }

  private List<Object> each(Object target, Expression.Call call) {
    if (!(call.arguments().getFirst() instanceof Expression.Name(String name))) {
      throw new CelException(call.name() + " needs a variable first");
    }
    List<Object> results = new ArrayList<>();
    for (Object item : items(target)) {
      Map<String, Object> inner = new HashMap<>(variables);
      inner.put(name, item);
      results.add(new Evaluator(inner).evaluate(call.arguments().get(1)));
    }
    return results;
  }

  private static List<?> items(Object target) {
    return switch (target) {
      case List<?> list -> list;
      case ObjectNode map -> map.propertyStream().map(Map.Entry::getKey).toList();
      case null, default -> throw new CelException("a list or a map is needed");
    };
  }

  private static boolean same(Object left, Object right) {
    if (left instanceof Number && right instanceof Number) {
      return Functions.number(left).compareTo(Functions.number(right)) == 0;
    }
    return Objects.equals(left, right);
  }

  private static boolean truth(Object value) {
    if (value instanceof Boolean truth) {
      return truth;
    }
    throw new CelException(value + " is not a boolean");
  }

  private static Object value(JsonNode node) {
    return switch (node.getNodeType()) {
      case STRING -> node.textValue();
      case BOOLEAN -> node.booleanValue();
      case NUMBER ->
          node.isIntegralNumber() ? (Object) node.longValue() : (Object) node.doubleValue();
      case ARRAY -> list((ArrayNode) node);
      case NULL, MISSING -> null;
      default -> node;
    };
  }

  private static List<Object> list(ArrayNode array) {
    List<Object> items = new ArrayList<>();
    array.forEach(item -> items.add(value(item)));
    return items;
  }
}
