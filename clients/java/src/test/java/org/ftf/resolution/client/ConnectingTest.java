package org.ftf.resolution.client;

import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectingTest {
  @ParameterizedTest
  @ValueSource(strings = {"localhost:1", "127.0.0.1:1", "127.255.0.9:1", "[::1]:1"})
  void plainTextIsForThisMachine(String address) {
    connecting(address).connect().close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"192.0.2.1:1", "resolver.example:1", "127.0.0.1.example:1", "127.0.0.256:1", "[2001:db8::1]:1", "dns:///x", "0.0.0.0:1", ""})
  void plainTextLeavesItToNoOther(String address) {
    assertThrows(PlainTextRefusedException.class, () -> connecting(address).connect());
  }

  private static Connecting connecting(String address) {
    return ResolutionClient.to(address).purpose("identify").caseReference("test");
  }
}
