package dev.chatcluster.api.v1;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A number from 1, or a percentage from 1% to 100%, as Kubernetes writes such bounds. */
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
@interface Share {}
