package dev.chatcluster.e2e.log;

import java.nio.charset.StandardCharsets;

/** A message as the chat that began all this writes it. */
public record SeedMessage(String id, int room, String text) {
  /** The record's value. */
  public byte[] json() {
    return """
    {"_id":"%s","roomId":%d,"userId":"test1","messageType":"TEXT","message":"%s",\
    "createdAt":"2022-11-23T10:15:30.000Z"}"""
        .formatted(id, room, text)
        .getBytes(StandardCharsets.UTF_8);
  }
}
