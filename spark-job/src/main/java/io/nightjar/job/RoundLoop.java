package io.nightjar.job;

import io.nightjar.exchange.Manifest;
import io.nightjar.exchange.Wave;
import io.nightjar.plan.Plan;
import io.nightjar.spark.ActivationChannel;
import io.nightjar.spark.RoundRunner;
import io.nightjar.spark.SeenInputs;
import java.io.IOException;
import java.util.Optional;

/** Takes a wave through all rounds on the model owner's side. */
final class RoundLoop {

  private final Plan plan;
  private final ActivationChannel owner;
  private final SeenInputs inputs;
  private final RoundRunner rounds;
  private final JobProgress progress;

  RoundLoop(
      Plan plan,
      ActivationChannel owner,
      SeenInputs inputs,
      RoundRunner rounds,
      JobProgress progress) {
    this.plan = plan;
    this.owner = owner;
    this.inputs = inputs;
    this.rounds = rounds;
    this.progress = progress;
  }

  /** Takes the wave as far as the data owner wants it taken. */
  void run(Wave wave) throws IOException, InterruptedException {
    for (int round = 0; round < plan.rounds().size(); round++) {
      Optional<Manifest> uploads = owner.upload(wave, round);
      if (uploads.isEmpty()) {
        return;
      }
      rounds.check(wave, round, uploads.get());
      inputs.see(wave, uploads.get());
      rounds.run(wave, round, uploads.get());
      progress.evaluated(wave, round);
    }
    owner.finish(wave);
  }
}
