package io.nightjar.job;

import io.nightjar.exchange.Direction;
import io.nightjar.exchange.JobExchange;
import io.nightjar.exchange.Manifest;
import io.nightjar.exchange.Wave;
import io.nightjar.spark.ActivationChannel;
import java.io.IOException;
import java.util.Optional;

/** The data owner at the other end of an exchange. */
record RemoteActivation(JobExchange exchange, Polling polling) implements ActivationChannel {

  /** The data owner has what it wanted of a wave; there is nothing left to do for it. */
  static final class FinishedByOwner extends RuntimeException {
    private static final long serialVersionUID = 1;

    FinishedByOwner() {
      super("The data owner has the results already");
    }
  }

  @Override
  public Manifest upload(Wave wave, int round) throws IOException, InterruptedException {
    String answers =
        round == 0
            ? ""
            : exchange
                .manifest(wave.index(), round - 1, Direction.DOWN)
                .map(Manifest::digest)
                .orElseThrow(FinishedByOwner::new);
    return polling.await(
        "the uploads of wave %d, round %d of job %s"
            .formatted(wave.index(), round, exchange.job().job()),
        () -> {
          if (exchange.isFinished(wave.index()) || exchange.isFinished()) {
            throw new FinishedByOwner();
          }
          Optional<String> refusal = exchange.refusal();
          if (refusal.isPresent()) {
            throw new JobRefusedException("The data owner gave up: " + refusal.get());
          }
          return exchange.manifest(wave.index(), round, Direction.UP, answers);
        });
  }

  @Override
  public void finish(Wave wave) {
    // The data owner does, when it sees the last manifest.
  }
}
