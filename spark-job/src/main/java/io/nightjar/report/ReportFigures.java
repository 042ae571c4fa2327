package io.nightjar.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The figures of a {@code report.json}, as the sections of a page ask for them. */
final class ReportFigures {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private static final int MOST_OF_A_CLASS = 40;

  private final JsonNode report;

  ReportFigures(Map<String, Object> report) {
    this.report = MAPPER.valueToTree(report);
  }

  JsonNode at(String key) {
    return report.path(key);
  }

  double number(String key) {
    return at(key).asDouble();
  }

  String count(String key) {
    return NumberText.count(at(key).asLong());
  }

  /** Returns a text of somebody else's, as long as there is room for. */
  String text(String key) {
    return Foreign.shorten(at(key).asText());
  }

  String model() {
    return text("model");
  }

  int draws() {
    return at("draws").asInt();
  }

  int outputs() {
    return at("outputs").asInt();
  }

  long scoredNow() {
    return at("recordsScoredNow").asLong();
  }

  /** Returns whether an earlier process scored some of the records. */
  boolean isResumed() {
    return scoredNow() < at("records").asLong();
  }

  boolean isRemote() {
    return at("topology").asText().equals("remote");
  }

  boolean isRegression() {
    return at("task").asText().equals("regression");
  }

  /** Returns whether there are records whose truth is known. */
  boolean isLabelled() {
    return at("accuracyInterval").isObject() || at("errors").isArray();
  }

  Optional<String> finished() {
    JsonNode time = at("finishedAt");
    return time.isTextual()
        ? Optional.of(Foreign.shorten(time.asText().replace("T", " ").replace("Z", " UTC")))
        : Optional.empty();
  }

  /** Returns the class whose probability is a record's risk, if one is. */
  OptionalInt riskClass() {
    return at("riskClass").isInt() ? OptionalInt.of(at("riskClass").asInt()) : OptionalInt.empty();
  }

  /** Returns whether a class has a name beside its number. */
  boolean isNamed(int number) {
    String name = at("classes").path(number).asText();
    return !name.isEmpty() && !name.equals(Integer.toString(number));
  }

  /** Returns what a class is called: its name, or its number where it has none. */
  String className(int number) {
    return isNamed(number)
        ? Foreign.shorten(at("classes").path(number).asText(), MOST_OF_A_CLASS)
        : Integer.toString(number);
  }

  /** Returns what a class is called within a sentence. */
  String quotedClass(int number) {
    return isNamed(number) ? "“" + className(number) + "”" : "class " + number;
  }

  Optional<String> interval(String key) {
    JsonNode interval = at(key);
    return interval.isObject()
        ? Optional.of(
            "%s to %s"
                .formatted(
                    NumberText.percent(interval.path("from").asDouble()),
                    NumberText.percent(interval.path("to").asDouble())))
        : Optional.empty();
  }

  Optional<ReferralCurve> referral() {
    return read("referral", new TypeReference<ReferralCurve>() {});
  }

  Optional<RankingFigures> riskRanking() {
    return read("riskRanking", new TypeReference<RankingFigures>() {});
  }

  Map<String, Distribution> uncertainty() {
    return read("uncertainty", new TypeReference<LinkedHashMap<String, Distribution>>() {})
        .map(all -> (Map<String, Distribution>) all)
        .orElse(Map.of());
  }

  <T> List<T> list(String key, TypeReference<List<T>> type) {
    return read(key, type).orElse(List.of());
  }

  <T> Optional<T> read(String key, TypeReference<T> type) {
    return at(key).isContainerNode() ? Optional.of(read(at(key), type)) : Optional.empty();
  }

  static <T> T read(JsonNode node, TypeReference<T> type) {
    try {
      return MAPPER.treeToValue(node, MAPPER.constructType(type));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("This is no report of ours", e);
    }
  }
}
