package dev.chatcluster.operator.apply;

import dev.chatcluster.operator.status.Reason;
import dev.chatcluster.operator.status.Trouble;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.List;

/** An object could not be made what is wanted. */
public final class NotApplied extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What those say of an object who refuse it also from somebody who has the right. */
  private static final List<String> ADMISSION =
      List.of("exceeded quota", "failed quota", "violates PodSecurity", "denied the request");

  private final transient Trouble trouble;

  NotApplied(Trouble trouble, Throwable cause) {
    super(trouble.message(), cause);
    this.trouble = trouble;
  }

  /**
   * The API server did not accept {@code object}, {@code Kind/name}.
   *
   * @param partition that it serves, or null
   */
  public static NotApplied refused(String object, Integer partition, KubernetesClientException e) {
    String why =
        String.valueOf(e.getStatus() == null ? e.getMessage() : e.getStatus().getMessage());
    boolean forbidden =
        e.getCode() == HttpURLConnection.HTTP_FORBIDDEN
            && ADMISSION.stream().noneMatch(why::contains);
    return new NotApplied(
        new Trouble(
            forbidden ? Reason.FORBIDDEN : Reason.API_ERROR,
            partition,
            object,
            "the API server did not accept "
                + object
                + (e.getCode() > 0 ? " (" + e.getCode() + ")" : "")
                + ": "
                + why
                + (forbidden ? "; give the operator's service account that right" : "; retried")),
        e);
  }

  /** What is wrong, for the status. */
  public Trouble trouble() {
    return trouble;
  }
}
