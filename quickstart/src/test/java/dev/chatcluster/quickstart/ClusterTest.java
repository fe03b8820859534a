package dev.chatcluster.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class ClusterTest {
  @Test
  void aClusterIsReadyForTheGenerationThatItsConditionIsOf() throws Exception {
    String json =
        """
        {"metadata": {"generation": %s},
         "status": {"conditions": [{"type": "Ready", "status": "True", "observedGeneration": 4}]}}
        """;
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode cluster = (ObjectNode) mapper.readTree(json.formatted(4));
    assertThat(Cluster.readiness(cluster)).isPresent();
    ((ObjectNode) cluster.get("metadata")).put("generation", 4L);
    assertThat(Cluster.readiness(cluster)).as("the same number as a long").isPresent();
    assertThat(Cluster.readiness(mapper.readTree(json.formatted(5)))).isEmpty();
  }
}
