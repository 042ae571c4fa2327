package io.nightjar.job;

import io.nightjar.exchange.Manifest;
import io.nightjar.exchange.Wave;
import io.nightjar.owner.OwnerEngine;
import io.nightjar.spark.ActivationChannel;
import java.io.IOException;

/** The data owner in the driver's own process. */
record InDriverActivation(OwnerEngine engine) implements ActivationChannel {

  @Override
  public Manifest upload(Wave wave, int round) throws IOException, InterruptedException {
    return engine.upload(wave, round);
  }

  @Override
  public void finish(Wave wave) throws IOException, InterruptedException {
    engine.finish(wave);
  }
}
