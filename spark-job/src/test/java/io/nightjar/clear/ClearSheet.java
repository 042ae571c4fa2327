package io.nightjar.clear;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.plan.Explanation;
import io.nightjar.plan.InvalidPlanException;
import io.nightjar.plan.Layout;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.plan.RoundCost;
import io.nightjar.plan.Security;
import io.nightjar.plan.Sheet;
import java.util.List;
import java.util.OptionalLong;

/**
 * The toy's part of a plan, with fields of its own.
 *
 * @param encryption the offset
 * @param together how many features a ciphertext has
 */
record ClearSheet(ClearParameters encryption, int together) implements Sheet {

  private static final int BATCH_SIZE = 64;

  @Override
  public Layout layout() {
    return new StackedLayout(BATCH_SIZE, together);
  }

  @Override
  public OptionalLong plainLimit() {
    return OptionalLong.of(1L << 40);
  }

  @Override
  public double uploadBytesPerRecord() {
    return (double) together * Long.BYTES;
  }

  @Override
  public double resultBytesPerRecord() {
    return uploadBytesPerRecord();
  }

  @Override
  public long keyBytes() {
    return 32;
  }

  @Override
  public long blockBytes(int ciphertexts) {
    return (long) ciphertexts * together * BATCH_SIZE * Long.BYTES;
  }

  @Override
  public long answered(long records) {
    return records;
  }

  @Override
  public RoundCost cost(Plan plan, Round round) {
    return new RoundCost(1e6, 0, 1e8, 1);
  }

  @Override
  public long taskBytes(Plan plan, long mostResultBytes) {
    return blockBytes(layout().uploaded(plan.rounds().get(0)));
  }

  @Override
  public void check(Plan plan, Security least) {
    if (encryption.offset() < 0 || together < 1) {
      throw new InvalidPlanException(
          "The toy has an offset of at least 0 and stacks of at least 1");
    }
  }

  @Override
  public void writeEncryption(ObjectNode json) {
    json.put("clearOffset", encryption.offset()).put("clearTogether", together);
  }

  @Override
  public Explanation explain(Plan plan) {
    return new Explanation(
        "nothing is encrypted, %d is added to every integer".formatted(encryption.offset()),
        List.of(),
        "integer",
        40,
        List.of("The data owner learns everything, and so does everybody else."));
  }
}
