package io.nightjar.report;

import io.nightjar.protocol.Predictions;
import io.nightjar.records.RecordId;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;

/** Which values a regression has predicted, for each output if they are few. */
final class PredictedValues implements Predicted {

  private static final long serialVersionUID = 1;

  private final SignedHistogram[] outputs;

  PredictedValues(int outputs) {
    this.outputs =
        Stream.generate(SignedHistogram::new)
            .limit(Math.min(outputs, Measure.MOST_OUTPUTS))
            .toArray(SignedHistogram[]::new);
  }

  @Override
  public void add(long position, RecordId id, Predictions of, int record) {
    for (int k = 0; k < outputs.length; k++) {
      outputs[k].add(of.mean().get(k, record));
    }
  }

  @Override
  public void add(Predicted other) {
    for (int k = 0; k < outputs.length; k++) {
      outputs[k].add(((PredictedValues) other).outputs[k]);
    }
  }

  @Override
  public void report(Map<String, Object> report) {
    report.put(
        "predictedValues", Arrays.stream(outputs).map(SignedHistogram::distribution).toList());
  }
}
