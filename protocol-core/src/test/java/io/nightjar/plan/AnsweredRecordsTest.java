package io.nightjar.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.bayhenn.ShiftedColumns;
import io.nightjar.protocol.PlanOptions;
import io.nightjar.protocols.Protocols;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests as how many records jobs count, which depends on what is answered besides the records. */
class AnsweredRecordsTest {

  private static Plan plan(String protocol, ModelPrivacy privacy) {
    return Protocols.named(protocol)
        .orElseThrow()
        .plan(SampleModels.squares(), PlanOptions.DEFAULT.withPrivacy(privacy));
  }

  @ParameterizedTest
  @CsvSource({"bayhenn", "cryptonets"})
  void wholeBatchesCountWhereNothingCoversTheirOtherPlaces(String protocol) {
    Sheet sheet = plan(protocol, ModelPrivacy.NONE).sheet();
    long batch = sheet.layout().records();

    assertEquals(batch, sheet.answered(1));
    assertEquals(batch, sheet.answered(batch));
    assertEquals(2 * batch, sheet.answered(batch + 1));
    assertEquals(100_000 * batch, sheet.answered(100_000 * batch - 5));
  }

  @Test
  void placesThatALayoutLeavesFreeCountToo() {
    Plan columns = plan("bayhenn", ModelPrivacy.NONE);
    Plan shifted = ShiftedColumns.of(columns).orElseThrow();
    long places = columns.batchSize();
    long batch = shifted.batchSize();

    assertTrue(batch < places);
    assertEquals(places, shifted.sheet().answered(1));
    assertEquals(places, shifted.sheet().answered(batch));
    assertEquals(2 * places, shifted.sheet().answered(batch + 1));
  }

  /** A batch has eight plaintexts, or as many as its records need. */
  @ParameterizedTest
  @CsvSource({"2p-dnn"})
  void wholePlaintextsCountWhereABatchHasNoMoreThanItNeeds(String protocol) {
    Sheet sheet = plan(protocol, ModelPrivacy.NONE).sheet();
    long plaintext = sheet.layout().records() / 8L;

    assertEquals(plaintext, sheet.answered(1));
    assertEquals(plaintext, sheet.answered(plaintext));
    assertEquals(2 * plaintext, sheet.answered(plaintext + 1));
    assertEquals(17 * plaintext, sheet.answered(17 * plaintext - 1));
  }

  @ParameterizedTest
  @CsvSource({"1", "2047", "100001"})
  void onlyRecordsCountWhereOtherPlacesAreCovered(long records) {
    assertEquals(records, plan("bayhenn", ModelPrivacy.BAYESIAN).sheet().answered(records));
  }
}
