package io.nightjar.clear;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.plan.ColumnLayout;
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

/** The toy's part of a plan, with a field of its own. */
record ClearSheet(ClearParameters encryption) implements Sheet {

  private static final int BATCH_SIZE = 64;

  @Override
  public Layout layout() {
    return new ColumnLayout(BATCH_SIZE);
  }

  @Override
  public OptionalLong plainLimit() {
    return OptionalLong.of(1L << 40);
  }

  @Override
  public double uploadBytesPerRecord() {
    return Long.BYTES;
  }

  @Override
  public double resultBytesPerRecord() {
    return Long.BYTES;
  }

  @Override
  public long keyBytes() {
    return 32;
  }

  @Override
  public long blockBytes(int ciphertexts) {
    return (long) ciphertexts * BATCH_SIZE * Long.BYTES;
  }

  @Override
  public long answered(long records) {
    return records;
  }

  @Override
  public RoundCost cost(Plan plan, Round round) {
    return new RoundCost(1e6, 0, 1e6, round.positions());
  }

  @Override
  public long taskBytes(Plan plan, long mostResultBytes) {
    return blockBytes(layout().uploaded(plan.rounds().get(0)));
  }

  @Override
  public void check(Plan plan, Security least) {
    if (encryption.offset() < 0) {
      throw new InvalidPlanException("The offset of the toy is negative");
    }
  }

  @Override
  public void writeEncryption(ObjectNode json) {
    json.put("clearOffset", encryption.offset());
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
