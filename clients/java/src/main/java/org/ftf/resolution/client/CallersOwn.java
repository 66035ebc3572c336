package org.ftf.resolution.client;

/** Carries a {@link ServiceException} that the caller's own code threw past what repairs the streams of this client. */
final class CallersOwn extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final ServiceException error;

  CallersOwn(ServiceException error) {
    super(error);
    this.error = error;
  }

  ServiceException error() {
    return error;
  }
}
