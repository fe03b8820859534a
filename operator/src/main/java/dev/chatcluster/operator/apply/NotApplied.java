package dev.chatcluster.operator.apply;

import dev.chatcluster.operator.status.Reason;
import dev.chatcluster.operator.status.Trouble;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;

/** An object could not be made what is wanted. */
public final class NotApplied extends RuntimeException {
  private static final long serialVersionUID = 1L;
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
    boolean forbidden = e.getCode() == HttpURLConnection.HTTP_FORBIDDEN;
    String why = e.getStatus() == null ? e.getMessage() : e.getStatus().getMessage();
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
