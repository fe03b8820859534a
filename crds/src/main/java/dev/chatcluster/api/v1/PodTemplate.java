package dev.chatcluster.api.v1;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * An object without a schema in the CRD. That of a PodTemplateSpec is larger than the annotation in
 * which kubectl apply keeps an object; the operator says what is wrong in it.
 */
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
@interface PodTemplate {}
