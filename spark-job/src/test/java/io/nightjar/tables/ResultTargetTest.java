package io.nightjar.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultTargetTest {

  private static ResultTarget.Files files(Map<String, String> options) {
    return new ResultTarget.Files("json", options, List.of());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"mode", "PATH", "txnAppId", "mergeSchema", "snapshot-property.nightjar-job"})
  void optionsThatWouldMakeSomethingElseOfResultsAreRefused(String option) {
    Map<String, String> options = Map.of("compression", "gzip", option, "x");
    InvalidTargetException inFiles =
        assertThrows(InvalidTargetException.class, () -> files(options));
    assertThrows(
        InvalidTargetException.class,
        () -> new ResultTarget.Table("t", Optional.empty(), options, List.of()));

    assertTrue(
        inFiles.getMessage().startsWith("The option \"" + option + "\" of results is not for"),
        inFiles.getMessage());
  }

  /** A secret could be guessed from its digest. */
  @Test
  void whatTellsTargetsApartHasTheValuesOfOptionsButNoSecret() {
    ResultTarget one = files(Map.of("compression", "gzip", "Password", "hunter2"));

    assertEquals(
        one.description(), files(Map.of("compression", "gzip", "Password", "x")).description());
    assertNotEquals(one.description(), files(Map.of("compression", "none")).description());
    assertFalse(one.description().contains("hunter2"), one.description());
  }

  @Test
  void messagesHaveNoSecret() {
    assertEquals(
        "user u, pass ***",
        SourceOptions.without(
            Map.of("user", "u", "spark.db.passwd", "hunter2", "token", ""),
            "user u, pass hunter2"));
  }

  @Test
  void aColumnDividesOnce() {
    assertThrows(
        InvalidTargetException.class,
        () -> new ResultTarget.Files("json", Map.of(), List.of("ward", "WARD")));
  }
}
