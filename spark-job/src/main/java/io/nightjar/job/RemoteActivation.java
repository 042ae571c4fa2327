package io.nightjar.job;

import io.nightjar.exchange.Direction;
import io.nightjar.exchange.JobExchange;
import io.nightjar.exchange.Manifest;
import io.nightjar.exchange.Wave;
import io.nightjar.spark.ActivationChannel;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The data owner at the other end of an exchange. */
record RemoteActivation(JobExchange exchange, Polling polling) implements ActivationChannel {

  private static final Logger LOG = LoggerFactory.getLogger(RemoteActivation.class);

  @Override
  public Optional<Manifest> upload(Wave wave, int round) throws IOException, InterruptedException {
    Optional<String> source =
        round == 0
            ? Optional.of("")
            : exchange.manifest(wave.index(), round - 1, Direction.DOWN).map(Manifest::digest);
    // Results that are gone went with their wave, which its data owner had finished.
    Optional<Manifest> uploads =
        source.isPresent() ? await(wave, round, source.get()) : Optional.empty();
    if (uploads.isEmpty()) {
      LOG.info("Job {}: wave {} was finished before", exchange.job().job(), wave.index());
    }
    return uploads;
  }

  private Optional<Manifest> await(Wave wave, int round, String source)
      throws IOException, InterruptedException {
    return polling.await(
        "the uploads of wave %d, round %d of job %s"
            .formatted(wave.index(), round, exchange.job().job()),
        () -> {
          if (exchange.isFinished(wave.index()) || exchange.isFinished()) {
            return Optional.of(Optional.empty()); // the data owner is finished with it
          }
          Optional<String> refusal = exchange.refusal();
          if (refusal.isPresent()) {
            throw new JobRefusedException("The data owner gave up: " + refusal.get());
          }
          Optional<Manifest> uploads = exchange.manifest(wave.index(), round, Direction.UP, source);
          return uploads.isPresent() ? Optional.of(uploads) : Optional.empty();
        });
  }

  @Override
  public void finish(Wave wave) {
    // The data owner does, when it sees the last manifest.
  }
}
