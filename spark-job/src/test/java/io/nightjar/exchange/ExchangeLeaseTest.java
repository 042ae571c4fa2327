package io.nightjar.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExchangeLeaseTest {

  private static final UUID ONE = new UUID(1, 1);
  private static final UUID OTHER = new UUID(2, 2);

  /** So short that a renewal is due at every call. */
  private static final Duration RENEWAL = Duration.ofMillis(200);

  @TempDir private Path directory;

  private ExchangeLease take(UUID server) throws IOException, InterruptedException {
    return ExchangeLease.take(
        new org.apache.hadoop.fs.Path(directory.toUri()),
        HadoopFiles.configuration(new Configuration()),
        server,
        RENEWAL);
  }

  private Path file() {
    return directory.resolve("serve.json");
  }

  @Test
  void aLeaseThatIsRenewedStaysItsServers() throws Exception {
    ExchangeLease held = take(ONE);
    Thread renewing =
        new Thread(
            () -> {
              try {
                while (true) {
                  held.renew();
                  Thread.sleep(10);
                }
              } catch (IOException e) {
                throw new IllegalStateException(e);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    renewing.start();
    try {
      ExchangeInUseException refusal =
          assertThrows(ExchangeInUseException.class, () -> take(OTHER));

      assertTrue(refusal.getMessage().contains("Another server"), refusal.getMessage());
    } finally {
      renewing.interrupt();
      renewing.join();
    }
    held.close();
    assertFalse(Files.exists(file()));
  }

  @Test
  void aLeaseThatNobodyRenewsIsTakenOverAndItsServerNotices() throws Exception {
    ExchangeLease dead = take(ONE);

    try (ExchangeLease taken = take(OTHER)) {
      assertTrue(Files.readString(file()).contains(OTHER.toString()));
      Thread.sleep(RENEWAL.toMillis());
      assertThrows(ExchangeInUseException.class, dead::renew);
      dead.close();
      taken.renew();
    }
    assertFalse(Files.exists(file()));
  }

  @Test
  void aServerThatIsStartedAgainHasItsOwnLeaseAtOnce() throws Exception {
    take(ONE);
    String before = Files.readString(file());

    try (ExchangeLease again = take(ONE)) {
      again.renew();
      assertTrue(Files.readString(file()).contains(ONE.toString()));
    }
    assertEquals("{\"server\":\"%s\",\"renewals\":1}\n".formatted(ONE), before);
  }

  @Test
  void aLinkInItsPlaceIsNotFollowed(@TempDir Path elsewhere) throws Exception {
    Path target = Files.writeString(elsewhere.resolve("precious"), "precious");
    Files.createSymbolicLink(file(), target);

    assertThrows(ExchangeException.class, () -> take(ONE));

    assertEquals("precious", Files.readString(target));
  }
}
