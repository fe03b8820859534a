package dev.chatcluster.chart;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What kube-apiserver writes of the requests of service accounts. */
final class AuditLog {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path policy;
  private final Path log;

  AuditLog(Path folder) throws IOException {
    policy =
        Files.writeString(
            folder.resolve("audit-policy.yaml"),
            """
            apiVersion: audit.k8s.io/v1
            kind: Policy
            omitStages: [RequestReceived]
            rules:
              - {level: Metadata, userGroups: ["system:serviceaccounts"]}
              - {level: None}
            """);
    log = folder.resolve("audit.log");
  }

  /** For the start of kube-apiserver. */
  List<String> flags() {
    return List.of("--audit-policy-file=" + policy, "--audit-log-path=" + log);
  }

  /** Those of one user so far; a watch is there twice, from its start and from its end. */
  List<Request> requestsOf(String user) {
    List<Request> requests = new ArrayList<>();
    try {
      String text = Files.readString(log);
      // The last line may be half written.
      for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n")) {
        Request request = Request.of(JSON.readTree(line));
        if (request.user().equals(user)) requests.add(request);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return requests;
  }
}
