package org.ftf.resolution.client;

import io.grpc.ChannelCredentials;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * PEM files for mutual TLS.
 *
 * @param authority the authority that signed the server's certificate
 * @param certificate this client's certificate
 * @param key the key of that certificate, PKCS#8 and not encrypted
 */
public record Tls(Path authority, Path certificate, Path key) {

  ChannelCredentials credentials() {
    try {
      return TlsChannelCredentials.newBuilder()
          .trustManager(authority.toFile())
          .keyManager(certificate.toFile(), key.toFile())
          .build();
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }
}
