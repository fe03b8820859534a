package dev.chatcluster.consumer.config;

import dev.chatcluster.access.KafkaSecurity;
import dev.chatcluster.access.Login;
import dev.chatcluster.access.Pem;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.PatternSyntaxException;

/** Reads TLS and credentials; secrets stand in files, so that no environment shows them. */
final class SecurityVariables {
  private static final String AUTHENTICATION = "CHAT_KAFKA_AUTHENTICATION";
  private static final String TLS = "CHAT_KAFKA_TLS";
  private static final String TRUSTED = "CHAT_KAFKA_TRUSTED_CERTIFICATES";
  private static final String USERNAME = "CHAT_KAFKA_USERNAME";
  private static final String PASSWORD = "CHAT_KAFKA_PASSWORD_FILE";
  private static final String CERTIFICATE = "CHAT_KAFKA_CERTIFICATE_FILE";
  private static final String KEY = "CHAT_KAFKA_KEY_FILE";
  private static final String ENDPOINT = "CHAT_KAFKA_TOKEN_ENDPOINT";
  private static final String CLIENT_ID = "CHAT_KAFKA_CLIENT_ID";
  private static final String CLIENT_SECRET = "CHAT_KAFKA_CLIENT_SECRET_FILE";
  private static final String SCOPE = "CHAT_KAFKA_SCOPE";

  /** A comma inside of a glob's braces separates nothing. */
  private static final String COMMA = ",(?![^{]*})";

  /** What each authentication needs. */
  private static final Map<String, List<String>> BELONGING =
      Map.of(
          "scram-sha-512", List.of(USERNAME, PASSWORD),
          "plain", List.of(USERNAME, PASSWORD),
          "tls", List.of(CERTIFICATE, KEY),
          "oauth", List.of(ENDPOINT, CLIENT_ID, CLIENT_SECRET));

  private static final List<String> ALL =
      List.of(USERNAME, PASSWORD, CERTIFICATE, KEY, ENDPOINT, CLIENT_ID, CLIENT_SECRET, SCOPE);

  private final Variables in;

  private SecurityVariables(Variables in) {
    this.in = in;
  }

  /**
   * Reads them all.
   *
   * @param further properties of Kafka's clients, which must not say something else
   */
  static KafkaSecurity read(Variables in, Map<String, String> further) {
    return new SecurityVariables(in).read(further);
  }

  private KafkaSecurity read(Map<String, String> further) {
    boolean encrypted = in.oneOf(TLS, "false", new String[] {"true", "false"}).equals("true");
    String files = in.text(TRUSTED, null);
    if (files != null && !encrypted) {
      in.problem(TRUSTED + " is given without TLS: set " + TLS + "=true, or remove it.");
    }
    KafkaSecurity security =
        new KafkaSecurity(
            encrypted ? Optional.of(new KafkaSecurity.Tls(trusted(files))) : Optional.empty(),
            login(encrypted));
    for (String refused : security.refused(further.keySet())) {
      in.problem(
          "CHAT_KAFKA_CONFIG sets "
              + refused
              + ", which follows from "
              + TLS
              + " and "
              + AUTHENTICATION
              + ": remove that line.");
    }
    return security;
  }

  private Optional<Login> login(boolean encrypted) {
    String type =
        in.oneOf(AUTHENTICATION, null, new String[] {"scram-sha-512", "plain", "tls", "oauth"});
    List<String> belonging = type == null ? List.of() : BELONGING.get(type);
    boolean complete = type != null;
    for (String name : ALL) {
      boolean given = in.text(name, null) != null;
      if (belonging.contains(name) && !given) {
        in.problem(name + " is missing: " + AUTHENTICATION + "=" + type + " needs it.");
        complete = false;
      }
      boolean optional = name.equals(SCOPE) && "oauth".equals(type);
      if (!belonging.contains(name) && given && !optional) {
        in.problem(
            name
                + " is given, but "
                + AUTHENTICATION
                + (type == null ? " is not" : " is " + type)
                + ": remove the one or correct the other.");
      }
    }
    if ("tls".equals(type) && !encrypted) {
      in.problem(AUTHENTICATION + "=tls needs " + TLS + "=true.");
    }
    return complete ? Optional.of(login(type)) : Optional.empty();
  }

  private Login login(String type) {
    return switch (type) {
      case "tls" ->
          new Login.Certificate(
              file(CERTIFICATE, Pem::problemOfCertificates), file(KEY, Pem::problemOfKey));
      case "oauth" ->
          new Login.ClientCredentials(
              in.text(ENDPOINT, ""),
              in.text(CLIENT_ID, ""),
              secret(CLIENT_SECRET),
              in.text(SCOPE, null));
      default ->
          new Login.Password(type.equals("scram-sha-512"), in.text(USERNAME, ""), secret(PASSWORD));
    };
  }

  private List<String> trusted(String files) {
    if (files == null) return List.of();
    List<String> texts = new ArrayList<>();
    Arrays.stream(files.split(COMMA))
        .map(String::strip)
        .flatMap(glob -> matching(glob).stream())
        .forEach(path -> texts.add(file(TRUSTED, path, Pem::problemOfCertificates)));
    return texts;
  }

  private List<Path> matching(String glob) {
    try {
      Path path = Path.of(glob);
      if (!glob.matches(".*[*?\\[{].*")) return List.of(path);
      List<Path> found = new ArrayList<>();
      Path folder = path.toAbsolutePath().getParent();
      try (DirectoryStream<Path> all =
          Files.newDirectoryStream(folder, path.getFileName().toString())) {
        // A mounted Secret has folders of its own beside its keys.
        for (Path each : all) if (Files.isRegularFile(each)) found.add(each);
      }
      found.sort(null);
      if (found.isEmpty()) in.problem(TRUSTED + " has " + glob + ": no file matches it.");
      return found;
    } catch (IOException | InvalidPathException | PatternSyntaxException e) {
      in.problem(TRUSTED + " has " + glob + ", which cannot be read: " + e.getMessage() + ".");
      return List.of();
    }
  }

  private String file(String name, Function<String, Optional<String>> judge) {
    return file(name, Path.of(in.text(name, "")), judge);
  }

  /** A password: without the line's end that its file may have. */
  private String secret(String name) {
    return file(
            name,
            text ->
                text.isBlank() ? Optional.of("is empty: put the password there") : Optional.empty())
        .replaceFirst("\\R\\z", "");
  }

  /** What stands in a file, which is never said. */
  private String file(String name, Path file, Function<String, Optional<String>> judge) {
    try {
      String text = Files.readString(file);
      judge.apply(text).ifPresent(wrong -> in.problem(name + ": " + file + " " + wrong + "."));
      return text;
    } catch (MalformedInputException binary) {
      in.problem(name + ": " + file + " is no text: UTF-8 is wanted.");
    } catch (IOException e) {
      in.problem(name + ": " + file + " cannot be read: give a file that is there.");
    }
    return "";
  }
}
