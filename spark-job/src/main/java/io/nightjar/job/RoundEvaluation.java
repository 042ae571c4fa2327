package io.nightjar.job;

import io.nightjar.exchange.Manifest;
import io.nightjar.exchange.Wave;
import io.nightjar.spark.RoundRunner;
import io.nightjar.spark.SeenInputs;
import java.io.IOException;

/**
 * The model owner's part of a round, wherever its data owner is: uploads are checked, remembered,
 * and only then evaluated.
 *
 * @param inputs the memory of what the job asked for
 * @param rounds what evaluates on the executors
 * @param progress what hears of it
 */
record RoundEvaluation(SeenInputs inputs, RoundRunner rounds, JobProgress progress) {

  /** Evaluates the committed uploads of a round, unless that has been done. */
  void evaluate(Wave wave, int round, Manifest uploads) throws IOException, InterruptedException {
    rounds.check(wave, round, uploads);
    inputs.see(wave, uploads);
    rounds.run(wave, round, uploads);
    progress.evaluated(wave, round);
  }
}
