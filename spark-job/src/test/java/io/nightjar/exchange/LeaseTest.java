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

class LeaseTest {

  private static final UUID ONE = new UUID(1, 1);
  private static final UUID OTHER = new UUID(2, 2);

  /** So short that a renewal is due at every call. */
  private static final Duration RENEWAL = Duration.ofMillis(200);

  @TempDir private Path directory;

  private Lease take(UUID server) throws IOException, InterruptedException {
    return Lease.take(
        new org.apache.hadoop.fs.Path(file().toUri()),
        HadoopFiles.configuration(new Configuration()),
        new Lease.Holder(server, "process 7", "%s is there"::formatted),
        RENEWAL);
  }

  private Path file() {
    return directory.resolve("lease");
  }

  @Test
  void aLeaseThatIsRenewedStaysItsHolders() throws Exception {
    Lease held = take(ONE);
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
      InUseException refusal = assertThrows(InUseException.class, () -> take(OTHER));

      assertEquals("process 7 is there", refusal.getMessage());
    } finally {
      renewing.interrupt();
      renewing.join();
    }
    held.close();
    assertFalse(Files.exists(file()));
  }

  @Test
  void aLeaseThatNobodyRenewsIsTakenOverAndItsHolderNotices() throws Exception {
    Lease dead = take(ONE);

    try (Lease taken = take(OTHER)) {
      assertTrue(Files.readString(file()).contains(OTHER.toString()));
      Thread.sleep(RENEWAL.toMillis());
      assertThrows(InUseException.class, dead::renew);
      dead.close();
      taken.renew();
    }
    assertFalse(Files.exists(file()));
  }

  @Test
  void aHolderThatIsStartedAgainHasItsOwnLeaseAtOnce() throws Exception {
    take(ONE);
    String before = Files.readString(file());

    try (Lease again = take(ONE)) {
      again.renew();
      assertTrue(Files.readString(file()).contains(ONE.toString()));
    }
    assertEquals(
        "{\"holder\":\"%s\",\"who\":\"process 7\",\"renewals\":1}\n".formatted(ONE), before);
  }

  @Test
  void aLinkInItsPlaceIsNotFollowed(@TempDir Path elsewhere) throws Exception {
    Path target = Files.writeString(elsewhere.resolve("precious"), "precious");
    Files.createSymbolicLink(file(), target);

    assertThrows(ExchangeException.class, () -> take(ONE));

    assertEquals("precious", Files.readString(target));
  }
}
