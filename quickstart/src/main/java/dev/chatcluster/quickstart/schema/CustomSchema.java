package dev.chatcluster.quickstart.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The schema of one version of a CRD. */
public final class CustomSchema {
  private final JsonNode openApi;
  private final Rules rules;

  /**
   * Reads a schema.
   *
   * @param openApi the CRD's {@code openAPIV3Schema}
   */
  public CustomSchema(JsonNode openApi) {
    this.openApi = openApi;
    this.rules = new Rules(openApi);
  }

  public JsonNode openApi() {
    return openApi;
  }

  /**
   * Removes what the schema does not know, and nulls it does not allow.
   *
   * @return paths of the unknown fields
   */
  public List<String> prune(ObjectNode object) {
    List<String> unknown = new ArrayList<>();
    Pruning.prune(object, openApi, "", unknown);
    return unknown;
  }

  /** Fills in the defaults. */
  public void complete(ObjectNode object) {
    DefaultValues.complete(object, openApi);
  }

  /**
   * What is wrong with an object; empty when nothing is. Rules are only evaluated on an object of
   * the right shape.
   *
   * @param old the object before an update
   */
  public List<Violation> check(ObjectNode object, Optional<ObjectNode> old) {
    List<Violation> violations = new ArrayList<>();
    Shape.check(object, openApi, "", violations);
    if (violations.isEmpty()) {
      rules.check(object, old.orElse(null), violations);
    }
    return violations;
  }
}
