package dev.chatcluster.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.HttpURLConnection;

/**
 * What an API server was asked for, as its audit log has it.
 *
 * @param namespace empty for all of them, and for what is in none
 * @param resource with the subresource, if it is one; empty for what is no object
 */
record Request(
    String user,
    String verb,
    String group,
    String resource,
    String namespace,
    String name,
    String uri,
    int code) {

  static Request of(JsonNode event) {
    var object = event.path("objectRef");
    String subresource = object.path("subresource").asText();
    return new Request(
        event.at("/user/username").asText(),
        event.path("verb").asText(),
        object.path("apiGroup").asText(),
        object.path("resource").asText() + (subresource.isEmpty() ? "" : "/" + subresource),
        object.path("namespace").asText(),
        object.path("name").asText(),
        event.path("requestURI").asText(),
        event.at("/responseStatus/code").asInt());
  }

  boolean refused() {
    return code == HttpURLConnection.HTTP_FORBIDDEN;
  }
}
