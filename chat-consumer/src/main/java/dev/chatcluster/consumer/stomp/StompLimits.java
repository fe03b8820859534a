package dev.chatcluster.consumer.stomp;

/**
 * What a frame may measure.
 *
 * @param headers number of header lines
 * @param headBytes bytes of command and headers together
 * @param bodyBytes bytes of the body
 */
public record StompLimits(int headers, int headBytes, int bodyBytes) {
  /** As a pod runs: 64 headers, 32 KiB of them. */
  public static StompLimits ofBody(int bodyBytes) {
    return new StompLimits(64, 32 * 1024, bodyBytes);
  }
}
