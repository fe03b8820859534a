package dev.chatcluster.quickstart.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chatcluster.quickstart.objects.Json;
import dev.chatcluster.quickstart.objects.Refused;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A request.
 *
 * @param path without its parameters
 * @param parameters the last value of each
 * @param accept the header Accept
 * @param contentType the header Content-Type
 */
record ApiRequest(
    String method,
    String path,
    Map<String, String> parameters,
    String accept,
    String contentType,
    byte[] body) {

  List<String> segments() {
    return Arrays.stream(path.split("/")).filter(s -> !s.isEmpty()).toList();
  }

  String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }

  boolean flag(String name) {
    String value = parameter(name);
    return value.equals("true") || value.equals("1");
  }

  boolean wantsTable() {
    return accept.contains("as=Table");
  }

  JsonNode json() {
    if (contentType.contains("protobuf")) {
      throw Refused.unsupportedMediaType("only JSON and YAML are understood here, not protobuf");
    }
    return Json.parse(body);
  }
}
