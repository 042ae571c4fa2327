package io.nightjar.job;

import io.nightjar.exchange.Manifest;
import io.nightjar.exchange.Wave;
import io.nightjar.owner.OwnerEngine;
import io.nightjar.spark.ActivationChannel;
import java.io.IOException;
import java.util.Optional;

/** The data owner in the driver's own process. */
record InDriverActivation(OwnerEngine engine) implements ActivationChannel {

  @Override
  public Optional<Manifest> upload(Wave wave, int round) throws IOException, InterruptedException {
    return Optional.of(engine.upload(wave, round));
  }

  @Override
  public void finish(Wave wave) throws IOException, InterruptedException {
    engine.finish(wave);
  }
}
