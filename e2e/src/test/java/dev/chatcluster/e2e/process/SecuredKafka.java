package dev.chatcluster.e2e.process;

import dev.chatcluster.kafka.Authority;
import dev.chatcluster.kafka.EmbeddedKafka;
import dev.chatcluster.kafka.KafkaOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * A broker whose clients need TLS, a password over SCRAM-SHA-512 and an ACL for all they do. Its
 * users are granted what docs/security.md lists, and nothing else.
 */
public final class SecuredKafka implements AutoCloseable {
  /** Where the rights are listed. */
  public static final Path SECURITY = Path.of("../docs/security.md");

  /** The users that have a table of rights there, by its heading. */
  public enum Role {
    OPERATOR("The operator's user"),
    PODS("The pods' user");

    private final String heading;

    Role(String heading) {
      this.heading = heading;
    }
  }

  private static final Pattern RIGHTS =
      Pattern.compile(
          "(?m)^\\| (topic|group|transactional id) `<topic>([^`]*)` \\| ([A-Za-z, ]+) \\|");

  private final String authority;
  private final EmbeddedKafka broker;

  /**
   * Starts it.
   *
   * @param host where it listens, and what its certificate is for
   * @param users names and passwords
   */
  public SecuredKafka(Path folder, String host, Map<String, String> users) throws IOException {
    Authority ca = new Authority(folder, "authority");
    Authority.Signed server = ca.server(host);
    authority = ca.certificate();
    KafkaOptions options =
        KafkaOptions.DEFAULT
            .withHost(host)
            .withTls(new KafkaOptions.Tls(server.chain(), server.key(), Optional.empty()))
            .with("sasl.enabled.mechanisms", "SCRAM-SHA-512")
            .withAcls();
    for (var user : users.entrySet()) options = options.withUser(user.getKey(), user.getValue());
    broker = EmbeddedKafka.start(folder.resolve("kafka"), options);
  }

  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /** On this machine alone, where everybody may do everything. */
  public String adminBootstrapServers() {
    return broker.adminBootstrapServers();
  }

  /** The certificate of the authority to trust, in PEM. */
  public String authority() {
    return authority;
  }

  /** Gives {@code user} what the roles' tables list; returns how many ACLs that is. */
  public int grant(String topic, String user, Role... roles) throws Exception {
    String text = Files.readString(SECURITY);
    Set<AclBinding> acls = new HashSet<>();
    for (Role role : roles) acls.addAll(acls(text, role, topic, user));
    try (Admin admin = admin()) {
      admin.createAcls(acls).all().get();
    }
    return acls.size();
  }

  /**
   * The rows of the table below the role's heading, but for that of the whole cluster: it is for
   * what Kafka itself has left behind.
   */
  private static List<AclBinding> acls(String text, Role role, String topic, String user) {
    String after = text.substring(text.indexOf("\n### " + role.heading + "\n") + 5);
    int end = after.indexOf("\n#");
    String table = end < 0 ? after : after.substring(0, end);
    List<AclBinding> acls = new ArrayList<>();
    for (MatchResult each : RIGHTS.matcher(table).results().toList()) {
      ResourceType type = ResourceType.fromString(each.group(1).replace(' ', '_'));
      String name = topic + each.group(2);
      ResourcePattern resource =
          name.endsWith("*")
              ? new ResourcePattern(
                  type, name.substring(0, name.length() - 1), PatternType.PREFIXED)
              : new ResourcePattern(type, name, PatternType.LITERAL);
      Arrays.stream(each.group(3).split(", "))
          .map(SecuredKafka::operation)
          .map(may -> new AccessControlEntry("User:" + user, "*", may, AclPermissionType.ALLOW))
          .forEach(entry -> acls.add(new AclBinding(resource, entry)));
    }
    return acls;
  }

  private static AclOperation operation(String written) {
    return AclOperation.fromString(written.replaceAll("(?<=[a-z])(?=[A-Z])", "_"));
  }

  /** From now on {@code user} is known by that password alone. */
  public void changePassword(String user, String password) {
    ScramCredentialInfo scram = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096);
    try (Admin admin = admin()) {
      admin
          .alterUserScramCredentials(
              List.of(new UserScramCredentialUpsertion(user, scram, password)))
          .all()
          .toCompletionStage()
          .toCompletableFuture()
          .join();
    }
  }

  /** Over the address where everybody may do everything. */
  public Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", adminBootstrapServers()));
  }

  @Override
  public void close() {
    broker.close();
  }
}
