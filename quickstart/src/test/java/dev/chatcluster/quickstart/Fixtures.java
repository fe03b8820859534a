package dev.chatcluster.quickstart;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.objects.Json;
import dev.chatcluster.quickstart.objects.ObjectStore;
import dev.chatcluster.quickstart.objects.ResourceTypes;
import dev.chatcluster.quickstart.objects.Resources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A small cluster in memory, with the project's CRD. */
public final class Fixtures {
  public static final Path CRD = Path.of("../crds/chatclusters.chatcluster.dev.yaml");

  private Fixtures() {}

  public static Resources cluster() throws IOException {
    ObjectStore store = new ObjectStore();
    Resources resources = new Resources(store, new ResourceTypes(store));
    new Cluster(resources).prepare(CRD);
    return resources;
  }

  public static ObjectNode yaml(String text) {
    return Json.read(text.getBytes(StandardCharsets.UTF_8));
  }
}
