package org.ftf.resolution.client;

/** Plain text would leave this machine; certificates are needed, and nothing was sent. */
public final class PlainTextRefusedException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  PlainTextRefusedException(String address) {
    super(address + " is not this machine: mutual TLS is needed");
  }
}
