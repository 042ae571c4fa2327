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
   * <p>A job that is there already is not counted again, whatever the budget is now, if it is bound
   * to the same order and secret.
   *
   * @param entry a job with what it is bound to
   * @param budget the most answers of the entry's data owner and lineage; empty for no limit
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

  /**
   * Brings a ledger of an earlier version over to the current one; that happens or does not, also
   * when the process is killed.
   *
   * @return how many entries were brought over; 0 if there was nothing to do
   * @throws LedgerException if a model has no lineage, or the ledger cannot be used
   */
  long migrate(Lineages lineages) throws IOException;
}
