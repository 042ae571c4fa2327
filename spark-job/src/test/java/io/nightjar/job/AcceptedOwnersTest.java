package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.identity.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptedOwnersTest {

  private static final Identity ONE = TestIdentities.of("keys").identity();
  private static final Identity OTHER = TestIdentities.of("other-keys").identity();

  @TempDir private Path directory;

  private AcceptedOwners read(String text) throws IOException {
    return AcceptedOwners.read(Files.writeString(directory.resolve("owners"), text));
  }

  @Test
  void anIdentityCountsOnTheAccountBehindItOrOnItself() throws IOException {
    AcceptedOwners owners = read("# ours\n\n  %s # a\n%s\tclinic # b\n".formatted(ONE, OTHER));

    assertEquals(Optional.of(ONE.hex()), owners.account(ONE));
    assertEquals(Optional.of("clinic"), owners.account(OTHER));
    assertEquals(Optional.empty(), owners.account(TestIdentities.of("stranger").identity()));
  }

  @ParameterizedTest
  @CsvSource({
    "%s one two, A line has an identity and perhaps an account",
    "%s cli/nic, An account has 1 to 64 characters",
    "ed25519:%s, An identity is ",
    "clinic, An identity is "
  })
  void aLineThatIsNoneIsRefusedByItsNumber(String line, String reason) {
    String text = "# ours\n" + line.formatted(ONE) + "\n";

    JobRefusedException refusal = assertThrows(JobRefusedException.class, () -> read(text));

    assertTrue(refusal.getMessage().contains("owners, line 2: " + reason), refusal.getMessage());
  }

  @Test
  void anIdentityThatIsThereTwiceIsRefused() {
    String text = "%s one\n%s two\n".formatted(ONE, ONE);

    JobRefusedException refusal = assertThrows(JobRefusedException.class, () -> read(text));

    assertTrue(
        refusal.getMessage().endsWith("line 2: The identity is there twice"), refusal.getMessage());
  }
}
