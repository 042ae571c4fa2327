package io.nightjar.job;

import io.nightjar.records.ResultFormat;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.tables.ResultTarget;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What becomes of results.
 *
 * @param ofParts the format of the parts that are published as they are, if any are
 * @param asked where the data owner's own Spark writes them, if that was asked for
 */
record ResultForm(ResultFormat ofParts, Optional<ResultTarget> asked) {

  /** Returns what a request asks for. */
  static ResultForm of(OwnerRequest request) {
    String format = request.settings().get(NightjarSettings.OUTPUT_FORMAT).name();
    return new ResultForm(ResultFormat.valueOf(format), request.target());
  }

  /**
   * Returns where the data owner's own Spark writes them, if it has to.
   *
   * @param joined whether ids have to be put to them in the types that a table has
   */
  Optional<ResultTarget> target(boolean joined) {
    return joined ? asked.or(() -> Optional.of(files())) : asked;
  }

  private ResultTarget files() {
    return new ResultTarget.Files(ofParts.name().toLowerCase(Locale.ROOT), Map.of(), List.of());
  }

  /** Returns it in words that are the same for the same request, without anything secret. */
  String description() {
    return asked.map(ResultTarget::description).orElse(ofParts.name());
  }

  /**
   * Returns what the report says of it.
   *
   * @param version that of the table that has the results; empty if there is none
   */
  Map<String, Object> report(String version) {
    return asked.orElseGet(this::files).report(version);
  }
}
