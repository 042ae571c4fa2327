package io.nightjar.records;

import io.nightjar.model.Text;
import java.util.Collection;
import org.apache.hadoop.fs.Path;

/** Writes the names of files and columns as messages show them. */
final class Names {

  private Names() {}

  /** Returns a file's last name, quoted. */
  static String file(Path file) {
    return quote(file.getName());
  }

  /** Returns a name in quotes, on one line and shortened. */
  static String quote(String name) {
    return Text.quote(name);
  }

  /** Returns {@code " (did you mean X?)"} for the known name nearest to this one, or nothing. */
  static String suggestion(String given, Collection<String> known) {
    return Text.nearest(given, known)
        .map(name -> " (did you mean " + quote(name) + "?)")
        .orElse("");
  }
}
