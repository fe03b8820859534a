package dev.chatcluster.operator.status;

/**
 * Something that works but that somebody should look at; all of them make the condition Warning.
 *
 * @param reason one word
 * @param message a sentence: what it is, and what to do
 */
public record Advice(String reason, String message) {}
