package org.ftf.resolution.client.conformance;

/** What a handler throws when it is told to fail. */
final class HandlerFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;
}
