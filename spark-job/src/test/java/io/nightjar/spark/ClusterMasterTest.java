package io.nightjar.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.settings.InvalidSettingException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterMasterTest {

  private static List<String> addresses(String master, Configuration yarn) {
    return ClusterMaster.addresses(master, yarn).stream()
        .map(address -> address.getHostString() + ":" + address.getPort())
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "spark://one:7077, one:7077",
    "'spark://one:7077,two:7078', one:7077 two:7078",
    "k8s://https://api:6443, api:6443",
    "k8s://https://api, api:443",
    "k8s://http://api, api:80",
    "k8s://api:6443, api:6443",
    "k8s://https://[::1]:6443/path, [::1]:6443",
    "local[*], ''",
    "'local-cluster[2,1,1024]', ''",
    "yarn, 0.0.0.0:8032",
  })
  void aMasterSaysWhereItListens(String master, String addresses) {
    assertEquals(addresses, String.join(" ", addresses(master, new Configuration(false))));
  }

  @Test
  void yarnHasItsManagersInItsOwnConfiguration() {
    Configuration yarn = new Configuration(false);
    yarn.set("yarn.resourcemanager.hostname", "rm");
    assertEquals(List.of("rm:8032"), addresses("yarn", yarn));

    yarn.set("yarn.resourcemanager.ha.enabled", "true");
    yarn.set("yarn.resourcemanager.ha.rm-ids", "a, b");
    yarn.set("yarn.resourcemanager.hostname.a", "first");
    yarn.set("yarn.resourcemanager.address.b", "second:9");
    assertEquals(List.of("first:8032", "second:9"), addresses("yarn", yarn));
  }

  @ParameterizedTest
  @ValueSource(strings = {"spark://", "spark://one", "spark://one:x", "spark://one:7077,"})
  void aMasterWithoutAPortIsRefused(String master) {
    assertThrows(InvalidSettingException.class, () -> addresses(master, new Configuration(false)));
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void oneThatDoesNotAnswerIsNamedWithWhatBecameOfIt() throws IOException {
    String master = "spark://127.0.0.1:%d,no-such-host.invalid:7077".formatted(closedPort());

    IOException failure =
        assertThrows(IOException.class, () -> ClusterMaster.requireReachable(master));

    String message = failure.getMessage();
    assertTrue(message.startsWith("The Spark master " + master + " does not answer"), message);
    assertTrue(message.contains(": connection refused; no-such-host.invalid:7077: "), message);
  }

  @Test
  void oneOfSeveralIsEnough() throws IOException {
    try (ServerSocket there = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ClusterMaster.requireReachable(
          "spark://127.0.0.1:%d,127.0.0.1:%d".formatted(closedPort(), there.getLocalPort()));
    }
  }
}
