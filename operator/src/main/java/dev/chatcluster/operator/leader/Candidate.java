package dev.chatcluster.operator.leader;

/**
 * An operator that wants to lead.
 *
 * @param namespace of the Lease
 * @param lease its name, the same for all candidates
 * @param identity of this candidate, different from all others'
 */
public record Candidate(String namespace, String lease, String identity) {
  /** The Lease as logs name it. */
  String where() {
    return namespace + "/" + lease;
  }
}
