package io.nightjar.model;

import static io.nightjar.model.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.testing.Slow;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests how columns of a table are read from {@code model.json} and written to it. */
class ColumnJsonTest {

  private static final String JSON =
      """
      {
        "format": "nightjar-model",
        "version": 1,
        "name": "ward",
        "task": "regression",
        "input": {"shape": [8], "range": [0.0, 1.0], "columns": [\
      {"name": "age", "type": "number", "low": 18.0, "high": 100.0}, \
      {"name": "creatinine", "type": "number", "low": 0.3, "high": 6.0, "missing": 0.9}, \
      {"name": "ward", "type": "category", "values": ["medical", "surgical", "icu"], "missing": false}, \
      {"name": "sex", "type": "category", "values": ["f", "m"], "missing": true}]},
        "layers": [
          {"name": "fc", "type": "dense", "inputs": 8, "outputs": 1, "bias": false}
        ]
      }
      """;

  private static final List<InputColumn> COLUMNS =
      List.of(
          new NumberColumn("age", 18, 100, OptionalDouble.empty()),
          new NumberColumn("creatinine", 0.3, 6, OptionalDouble.of(0.9)),
          new CategoryColumn("ward", List.of("medical", "surgical", "icu"), false),
          new CategoryColumn("sex", List.of("f", "m"), true));

  @Test
  void columnsAreReadInOrderAndWrittenAsTheyWereRead() {
    Architecture architecture = Written.readArchitecture(JSON);

    assertEquals(COLUMNS, architecture.input().columns());
    assertEquals(List.of(), architecture.input().features());
    assertEquals(JSON, ArchitectureJson.write(architecture));
  }

  @Test
  void keysWithADefaultMayBeLeftOutAndNumbersBeIntegers() {
    String shorter =
        JSON.replace(", \"missing\": false", "").replace("18.0", "18").replace("100.0", "1e2");

    assertEquals(COLUMNS, Written.readArchitecture(shorter).input().columns());
  }

  @Test
  void aModelWithoutColumnsIsWrittenWithoutThem() {
    assertFalse(SmallModel.JSON.contains("columns"));
    assertEquals(SmallModel.JSON, ArchitectureJson.write(SmallModel.ARCHITECTURE));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"type\": \"number\", \"low\": 18.0 | \"type\": \"numbr\", \"low\": 18.0"
            + " | input.columns[0].type is \"numbr\": it must be one of [number, category]; did"
            + " you mean \"number\"?",
        "\"low\": 18.0 | \"lo\": 18.0"
            + " | The key \"low\" is missing in input.columns[0]; is it \"lo\"?",
        "\"low\": 18.0 | \"low\": \"18\" | input.columns[0].low is \"18\": it must be a number",
        "\"low\": 18.0 | \"low\": NaN | input.columns[0].low is NaN: it must be finite",
        "\"low\": 18.0 | \"low\": 100 | Column \"age\": low is 100.0 and high is 100.0",
        "\"low\": 18.0 | \"low\": 18.0, \"values\": [\"a\"]"
            + " | Unknown key \"values\" in input.columns[0], which is of type \"number\"",
        "\"missing\": 0.9 | \"missing\": true"
            + " | input.columns[1].missing is true: it must be a number",
        "\"missing\": 0.9 | \"missing\": null | input.columns[1].missing is null",
        "\"missing\": 0.9 | \"missing\": 0.2 | Column \"creatinine\": missing is 0.2",
        "\"missing\": true | \"missing\": 1"
            + " | input.columns[3].missing is 1: it must be true or false",
        "[\"f\", \"m\"] | \"f\" | input.columns[3].values is \"f\": it must be an array",
        "[\"f\", \"m\"] | [\"f\", 7] | input.columns[3].values[1] is 7: it must be a string",
        "[\"f\", \"m\"] | [\"f\", \"f\"] | Column \"sex\": value \"f\" is given more than once",
        "[\"f\", \"m\"] | [] | Column \"sex\": the number of values is 0",
        "[\"f\", \"m\"] | [\"f\"] | The columns give 7 features for an input of shape 8",
        "\"name\": \"sex\" | \"name\": \"age\" | Column \"age\" is given more than once",
        "\"range\": [0.0, 1.0], | \"range\": [0.0, 1.0], \"features\": [\"a\"],"
            + " | There are both features and columns",
        "\"columns\": [ | \"colums\": [ | Unknown key \"colums\" in input; did you mean"
            + " \"columns\"?",
        "\"columns\": [ | \"columns\": [7, | input.columns[0] is 7: it must be an object",
      })
  void whatIsWrongIsNamedWithItsPlace(String part, String changed, String reason) {
    assertTrue(JSON.contains(part), part);

    String message =
        assertThrows(
                InvalidModelException.class,
                () -> Written.readArchitecture(JSON.replace(part, changed)))
            .getMessage();

    assertTrue(message.startsWith("model.json: line 6, column "), message);
    assertTrue(message.contains(reason), message);
  }

  @Test
  void moreValuesThanAColumnMayHaveAreNotRead() {
    String values =
        IntStream.rangeClosed(0, CategoryColumn.MAX_VALUES)
            .mapToObj(i -> "\"" + i + "\"")
            .collect(Collectors.joining(", ", "[", "]"));
    String json = JSON.replace("[\"f\", \"m\"]", values);

    String message =
        assertThrows(InvalidModelException.class, () -> Written.readArchitecture(json))
            .getMessage();

    assertTrue(message.endsWith("input.columns[3].values has more than 4096 entries"), message);
  }

  @Test
  void aValueOfAnotherKindIsNotRepeatedWhenItIsLong() {
    assertRefused(
        "c.name is a list: it must be a string",
        () -> ColumnJson.of("c", Map.of("name", List.of("x".repeat(99999)))));
  }

  @Slow
  @Test
  void mutationsAreReadOrRefused() {
    Mutator mutator = new Mutator(new Random(20240903));
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      if (MalformedModelTest.modelJsonReadsOrIsRefused(
          mutator.mutate(JSON.getBytes(StandardCharsets.UTF_8)))) {
        read++;
      }
    }

    assertTrue(read > 100 && read < 10_000, read + " were read");
  }
}
