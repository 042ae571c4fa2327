package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class HadoopConfigurationsTest {

  /** Hadoop before 3.5 asks Java for a subject in a way that Java 24 and later refuse. */
  @Test
  void aJavaThatIsTooNewForHadoopIsRefusedInALine() {
    JobRefusedException refusal =
        assertThrows(
            JobRefusedException.class,
            () ->
                HadoopConfigurations.requireUsable(
                    () -> {
                      throw new UnsupportedOperationException("getSubject is not supported");
                    }));

    assertTrue(
        refusal.getMessage().endsWith("run it with Java 17 or 21, or with Spark 4.3 or later"),
        refusal.getMessage());
  }

  @Test
  void whatElseIsWrongWithTheUserIsForWhoeverNeedsOne() {
    HadoopConfigurations.requireUsable(
        () -> {
          throw new IOException("no such user");
        });
  }
}
