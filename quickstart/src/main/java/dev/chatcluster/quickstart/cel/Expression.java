package dev.chatcluster.quickstart.cel;

import java.util.List;

/** A parsed expression. */
public sealed interface Expression {
  /**
   * Reads an expression.
   *
   * @throws CelException when it uses what is not supported here, or is none
   */
  static Expression parse(String text) {
    return new Parser(text).parse();
  }

  /** A constant: Long, Double, String, Boolean, or null. */
  record Literal(Object value) implements Expression {}

  /** A variable, for example {@code self}. */
  record Name(String name) implements Expression {}

  /** {@code of.field} */
  record Field(Expression of, String field) implements Expression {}

  /** {@code of[index]} */
  record Index(Expression of, Expression index) implements Expression {}

  /** {@code name(arguments)}, or with a target {@code target.name(arguments)}. */
  record Call(Expression target, String name, List<Expression> arguments) implements Expression {}

  /** {@code [a, b]} */
  record ListOf(List<Expression> items) implements Expression {}

  /** {@code !of} or {@code -of} */
  record Unary(String operator, Expression of) implements Expression {}

  /** {@code left operator right} */
  record Binary(String operator, Expression left, Expression right) implements Expression {}

  /** {@code condition ? then : otherwise} */
  record Conditional(Expression condition, Expression then, Expression otherwise)
      implements Expression {}
}
