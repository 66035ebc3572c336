package org.ftf.resolution.client;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** What a client is made of; from {@link ResolutionClient#to}. */
public final class Connecting {
  private static final String BYTE = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";
  private static final Pattern LOOPBACK =
      Pattern.compile("(localhost|127(\\." + BYTE + "){3}|\\[::1]):\\d+", Pattern.CASE_INSENSITIVE);

  /** A message of the contract has at most 4 MiB; one that may be repeated is kept until it is answered. */
  private static final long MESSAGE_BYTES = 4 << 20;

  private final String address;
  private Optional<Tls> tls = Optional.empty();
  private String purpose;
  private String caseReference;
  private Duration timeout = Duration.ofSeconds(30);
  private Persistence persistence = Persistence.DEFAULT;

  Connecting(String address) {
    this.address = address;
  }

  /**
   * Sets the certificates for mutual TLS. Without them a client speaks plain text, which never leaves this machine.
   *
   * @param files the PEM files
   * @return this
   */
  public Connecting tls(Tls files) {
    tls = Optional.of(files);
    return this;
  }

  /**
   * Sets why personal data is read or written; required.
   *
   * @param why one of the contract's purposes, as {@code identify}; sent with every call
   * @return this
   */
  public Connecting purpose(String why) {
    purpose = why;
    return this;
  }

  /**
   * Sets the case that the calls belong to; required.
   *
   * @param reference 1 to 100 printable characters; sent with every call
   * @return this
   */
  public Connecting caseReference(String reference) {
    caseReference = reference;
    return this;
  }

  /**
   * Sets the time for a unary call.
   *
   * @param all for all attempts together; 30 seconds when it is not set
   * @return this
   */
  public Connecting timeout(Duration all) {
    timeout = all;
    return this;
  }

  /**
   * Sets how long the sender and the follower look for a service that they have lost.
   *
   * @param given {@link Persistence#DEFAULT} when it is not set
   * @return this
   */
  public Connecting persistence(Persistence given) {
    persistence = given;
    return this;
  }

  /**
   * Makes the client; nothing is sent yet.
   *
   * @return the client, to be closed
   * @throws PlainTextRefusedException without certificates, for an address that is not loopback
   * @throws java.io.UncheckedIOException when a file of the certificates cannot be read
   */
  public ResolutionClient connect() {
    Objects.requireNonNull(purpose, "purpose");
    Objects.requireNonNull(caseReference, "caseReference");
    ManagedChannel connection =
        Grpc.newChannelBuilder(address, credentials())
            .defaultServiceConfig(RetryPolicy.SERVICE_CONFIG)
            .perRpcBufferLimit(MESSAGE_BYTES)
            // A connection that broke without a word must not look like a quiet feed.
            .keepAliveTime(60, TimeUnit.SECONDS)
            .keepAliveTimeout(20, TimeUnit.SECONDS)
            .build();
    return new ResolutionClient(connection, purpose, caseReference, timeout, persistence);
  }

  private ChannelCredentials credentials() {
    if (tls.isPresent()) {
      return tls.get().credentials();
    }
    if (!LOOPBACK.matcher(address).matches()) {
      throw new PlainTextRefusedException(address);
    }
    return InsecureChannelCredentials.create();
  }
}
