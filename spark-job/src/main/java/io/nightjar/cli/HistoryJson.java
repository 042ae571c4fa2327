package io.nightjar.cli;

import io.nightjar.history.ClassDrift;
import io.nightjar.history.Figure;
import io.nightjar.history.FigureText;
import io.nightjar.history.History;
import io.nightjar.history.JudgedNight;
import io.nightjar.history.Night;
import io.nightjar.history.Remark;
import io.nightjar.history.Scored;
import io.nightjar.history.Usual;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The nights of an output root as an object for programs. */
final class HistoryJson {

  private HistoryJson() {}

  static Map<String, Object> of(History history) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("root", history.root());
    json.put("before", history.judging().window());
    json.put("atLeast", history.judging().least());
    json.put("nights", history.nights().stream().map(HistoryJson::night).toList());
    json.put("missing", history.missing().stream().map(Object::toString).toList());
    json.put("notes", history.notes());
    return json;
  }

  private static Map<String, Object> night(JudgedNight judged) {
    Night night = judged.night();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("date", night.date().toString());
    json.put("status", night.status().text());
    json.put("standsOut", judged.standsOut());
    json.put("remarks", judged.remarks().stream().map(HistoryJson::remark).toList());
    json.put("faults", night.faults());
    night.scored().ifPresent(scored -> json.put("model", scored.model()));
    for (Figure figure : Figure.values()) {
      night.value(figure).ifPresent(value -> json.put(figure.key(), value));
    }
    night
        .labelled()
        .ifPresent(
            labelled -> {
              json.put("labelledRecords", labelled.records());
              json.put("labelsCameLater", labelled.late());
            });
    night
        .scored()
        .filter(scored -> !scored.counts().isEmpty())
        .ifPresent(scored -> json.put("predictedClasses", classes(scored)));
    judged.drift().ifPresent(drift -> json.put("classDrift", drift(drift)));
    Map<String, Object> usual = new LinkedHashMap<>();
    judged.usual().forEach((figure, range) -> usual.put(figure.key(), usual(range)));
    json.put("usual", usual);
    return json;
  }

  private static Map<String, Object> remark(Remark remark) {
    Map<String, Object> json = new LinkedHashMap<>();
    remark.figure().ifPresent(figure -> json.put("figure", figure.key()));
    json.put("standsOut", remark.standsOut());
    json.put("text", FigureText.plain(remark.text()));
    return json;
  }

  private static List<Map<String, Object>> classes(Scored scored) {
    List<Map<String, Object>> classes = new ArrayList<>();
    for (int c = 0; c < scored.counts().size(); c++) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("class", scored.className(c));
      json.put("records", scored.counts().get(c));
      json.put("share", scored.share(c));
      classes.add(json);
    }
    return classes;
  }

  private static Map<String, Object> drift(ClassDrift drift) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("stabilityIndex", drift.stability());
    json.put("usualAtMost", drift.threshold());
    json.put("nights", drift.nights());
    return json;
  }

  private static Map<String, Object> usual(Usual usual) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("from", usual.low());
    json.put("median", usual.median());
    json.put("to", usual.high());
    json.put("nights", usual.nights());
    return json;
  }
}
