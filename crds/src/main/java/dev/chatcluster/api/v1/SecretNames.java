package dev.chatcluster.api.v1;

/** How Kubernetes lets Secrets and their keys be called. */
final class SecretNames {
  static final String NAME = "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$";
  static final String KEY = "^[-._a-zA-Z0-9]+$";

  private SecretNames() {}
}
