/**
 * The part of the Common Expression Language that CRDs' validation rules use: reading and
 * evaluating an expression over JSON. A rule beyond it is refused when it is read, never guessed.
 */
package dev.chatcluster.quickstart.cel;
