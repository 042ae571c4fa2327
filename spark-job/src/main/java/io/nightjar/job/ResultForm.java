package io.nightjar.job;

import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.OutputFormat;
import io.nightjar.tables.ResultTarget;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What becomes of results.
 *
 * @param format what their files are where nothing else was asked for
 * @param asked where the data owner's own Spark writes them, if that was asked for
 */
record ResultForm(OutputFormat format, Optional<ResultTarget> asked) {

  /** Returns what a request asks for. */
  static ResultForm of(OwnerRequest request) {
    return new ResultForm(request.settings().get(NightjarSettings.OUTPUT_FORMAT), request.target());
  }

  /**
   * Returns where the data owner's own Spark writes them, if it has to: where files of Parquet with
   * places for ids are not what was asked for.
   *
   * @param joined whether ids have to be put to them in the types that a table has
   */
  Optional<ResultTarget> target(boolean joined) {
    return joined || format != OutputFormat.PARQUET ? asked.or(() -> Optional.of(files())) : asked;
  }

  private ResultTarget files() {
    return new ResultTarget.Files(format.text(), Map.of(), List.of());
  }

  /** Returns it in words that are the same for the same request, without anything secret. */
  String description() {
    return asked.map(ResultTarget::description).orElse(format.name());
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
