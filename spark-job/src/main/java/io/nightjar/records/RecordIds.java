package io.nightjar.records;

import java.io.IOException;
import java.util.function.Consumer;

/** The ids of all records. */
public interface RecordIds {

  /** Visits all ids in the order of the records. */
  void visit(Consumer<RecordId> visitor) throws IOException;
}
