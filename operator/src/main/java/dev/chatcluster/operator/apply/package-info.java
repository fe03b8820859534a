/**
 * Makes the objects in the API server be what is wanted: compares, creates, corrects, and never
 * touches what is not ours. One object at a time, so that the failure of one is its own.
 */
package dev.chatcluster.operator.apply;
