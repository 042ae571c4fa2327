package io.nightjar.ledger;

import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

/**
 * The record of the jobs that the model owner has admitted. It is safe to use from many threads and
 * processes.
 */
public interface Ledger {

  /**
   * Appends an entry unless its account would exceed the budget; checking and appending are one
   * step.
   *
   * <p>A job that is there already is not counted again, whatever the budget is now.
   *
   * @param budget the most answers of the entry's data owner and model; empty for no limit
   * @throws AdmissionRefusedException if the budget is exceeded, or there is another job of that
   *     name
   * @throws LedgerException if the ledger cannot be used
   */
  Admission admit(Entry entry, OptionalLong budget) throws IOException;

  /**
   * Returns all entries in their order.
   *
   * @throws LedgerException if the ledger cannot be used
   */
  List<Entry> entries() throws IOException;
}
