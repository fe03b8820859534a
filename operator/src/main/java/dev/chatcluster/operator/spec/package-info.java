/**
 * What a spec must be where no API server has checked it. Pure; each sentence names the field, its
 * value and what is allowed.
 */
package dev.chatcluster.operator.spec;
