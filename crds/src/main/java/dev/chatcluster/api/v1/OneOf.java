package dev.chatcluster.api.v1;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The values that a string field allows; an {@code enum} in the CRD. A Java enum would make an
 * object with an unknown value unreadable, and with it the whole list that it stands in: on an API
 * server without validation the operator could then not even say what is wrong.
 */
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
@interface OneOf {
  /** The allowed values, in the order in which a user should read them. */
  String[] value();
}
