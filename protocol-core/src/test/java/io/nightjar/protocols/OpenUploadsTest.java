package io.nightjar.protocols;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.RealColumns;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Model;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.plan.SampleModels;
import io.nightjar.protocol.Message;
import io.nightjar.protocol.ModelOwner;
import io.nightjar.protocol.PhaseTimes;
import io.nightjar.protocol.PreparedUpload;
import io.nightjar.protocol.Results;
import io.nightjar.protocol.RoundArithmetic;
import io.nightjar.protocol.RoundTask;
import io.nightjar.protocol.RoundUpload;
import io.nightjar.protocol.TestParties;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that an upload is prepared once for all that is evaluated of it, and closed then. */
class OpenUploadsTest {

  private static final int DRAWS = 3;

  /** An arithmetic that counts what is open, and fails at one draw. */
  private static final class Counting implements RoundArithmetic {
    private final RoundArithmetic arithmetic;
    private final int failing;
    private int opened;
    private int open;
    private int tasks;

    Counting(RoundArithmetic arithmetic, int failing) {
      this.arithmetic = arithmetic;
      this.failing = failing;
    }

    @Override
    public void check(Round round, EncryptedBlock upload) {
      arithmetic.check(round, upload);
    }

    @Override
    public PreparedUpload open(RoundUpload upload, PhaseTimes times) {
      PreparedUpload prepared = arithmetic.open(upload, times);
      opened++;
      open++;
      return new PreparedUpload() {
        @Override
        public Results evaluate(RoundTask task) {
          if (task.draw() == failing) {
            throw new IllegalStateException("asked to fail");
          }
          tasks++;
          return prepared.evaluate(task);
        }

        @Override
        public void close() {
          open--;
          prepared.close();
        }
      };
    }

    @Override
    public void close() {
      arithmetic.close();
    }
  }

  @ParameterizedTest
  @MethodSource("io.nightjar.protocols.Trial#all")
  void anUploadIsOpenedOnceForAllDraws(Trial trial) {
    Counting counting = evaluate(trial, DRAWS);
    assertEquals(DRAWS, counting.tasks);
    assertEquals(1, counting.opened);
    assertEquals(0, counting.open);
  }

  @ParameterizedTest
  @MethodSource("io.nightjar.protocols.Trial#all")
  void anUploadIsClosedWhenADrawFails(Trial trial) {
    Counting counting = evaluate(trial, 1);
    assertEquals(1, counting.tasks);
    assertEquals(1, counting.opened);
    assertEquals(0, counting.open);
  }

  private static Counting evaluate(Trial trial, int failing) {
    Model model = SampleModels.squares();
    Plan plan = trial.plan(model, trial.options().withDraws(DRAWS));
    RealColumns values = new RealColumns(6, 3, new Random(1).doubles(18).toArray());
    try (JobSecret secret = JobSecret.fixedForTests(1);
        TestParties parties = new TestParties(model, plan, secret);
        Counting counting = new Counting(parties.arithmetic(parties.ownerKey()), failing);
        Message upload = parties.dataOwner().open(0, values).upload(0)) {
      ModelOwner owner = parties.modelOwner(counting);
      if (failing < DRAWS) {
        assertThrows(
            IllegalStateException.class, () -> owner.evaluate(upload.label(), upload.block()));
      } else {
        var results = owner.evaluate(upload.label(), upload.block());
        assertTrue(results.size() >= DRAWS);
        results.forEach(Message::close);
      }
      return counting;
    }
  }
}
