package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PollingTest {

  @Test
  void aWaitThatRanOutSaysHowLongItWasAndMayEndWellTheNextTime() {
    Polling polling = new Polling(Duration.ofMillis(1), Duration.ofMillis(20));

    IOException e = assertThrows(IOException.class, () -> polling.await("a plan", Optional::empty));

    assertEquals(
        "Waited 20 ms for a plan in vain: is the other party running?", Failure.of(e).message());
    assertEquals(Failure.Kind.FAILED, Failure.of(e).kind());
    assertEquals(
        "Waited 2 min 5 s for it in vain: is the other party running?",
        Polling.inVain(Duration.ofSeconds(125), "it"));
  }
}
