package dev.chatcluster.consumer.websocket.frame;

/** Why the server closes a WebSocket, as the client sees it: the close frame's status. */
public enum CloseCode {
  /** The client asked for it with DISCONNECT. */
  NORMAL(1000, "disconnected", true),
  /** The bytes are not WebSocket's. */
  NOT_WEBSOCKET(1002, "protocol-error", false),
  /** This pod goes; another takes over: reconnect and resume. */
  RESTARTING(1012, "restarting", true),
  /** Something behind the pod is away; the same works later. */
  TRY_AGAIN(1013, "try-again", true),
  /** The client did not read fast enough: reconnect and resume. */
  SLOW(4008, "slow-client", true),
  /** The client answered no ping: reconnect and resume. */
  SILENT(4009, "silent-client", true),
  /** The client broke a rule; the same would be refused again. */
  REFUSED(4400, "refused", false);

  private final int status;
  private final String label;
  private final boolean retry;

  CloseCode(int status, String label, boolean retry) {
    this.status = status;
    this.label = label;
    this.retry = retry;
  }

  /** The status of the close frame. */
  public int status() {
    return status;
  }

  /** The name in metrics. */
  public String label() {
    return label;
  }

  /** Whether coming again makes sense. */
  public boolean retry() {
    return retry;
  }
}
