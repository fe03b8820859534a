package dev.chatcluster.api.v1;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Bounds of a quantity that counts bytes; a rule in the CRD, since JSON schema cannot compare
 * {@code 1Mi} with a number.
 */
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
@interface ByteSize {
  /** The smallest amount allowed, as a quantity. */
  String min() default "0";

  /** The largest amount allowed, as a quantity. */
  String max();
}
