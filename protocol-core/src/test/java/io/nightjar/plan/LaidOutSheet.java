package io.nightjar.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.crypto.EncryptionParameters;
import java.util.OptionalLong;

/**
 * A protocol's sheet with another layout, which the protocol itself knows nothing of.
 *
 * @param sheet the protocol's sheet
 * @param layout the other layout
 */
public record LaidOutSheet(Sheet sheet, Layout layout) implements Sheet {

  /** Returns a plan with another layout. */
  public static Plan relaid(Plan plan, Layout layout) {
    return new Plan(plan.header(), plan.rounds(), new LaidOutSheet(plan.sheet(), layout));
  }

  @Override
  public EncryptionParameters encryption() {
    return sheet.encryption();
  }

  @Override
  public OptionalLong plainLimit() {
    return sheet.plainLimit();
  }

  @Override
  public double uploadBytesPerRecord() {
    return sheet.uploadBytesPerRecord();
  }

  @Override
  public double resultBytesPerRecord() {
    return sheet.resultBytesPerRecord();
  }

  @Override
  public long keyBytes() {
    return sheet.keyBytes();
  }

  @Override
  public long blockBytes(int ciphertexts) {
    return sheet.blockBytes(ciphertexts);
  }

  @Override
  public long answered(long records) {
    return sheet.answered(records);
  }

  @Override
  public RoundCost cost(Plan plan, Round round) {
    return sheet.cost(plan, round);
  }

  @Override
  public long taskBytes(Plan plan, long mostResultBytes) {
    return sheet.taskBytes(plan, mostResultBytes);
  }

  @Override
  public void check(Plan plan, Security least) {
    sheet.check(plan, least);
  }

  @Override
  public void writeEncryption(ObjectNode json) {
    sheet.writeEncryption(json);
  }

  @Override
  public Explanation explain(Plan plan) {
    return sheet.explain(plan);
  }
}
