package io.nightjar.ledger;

/** The versions of ledgers: which one this program writes, and what it says of others. */
final class LedgerVersions {

  /**
   * The version that is written. Entries of the one before it, the first, have no lineage and are
   * not bound to an order and a secret.
   */
  static final int CURRENT = 2;

  static final int FIRST = 1;

  private LedgerVersions() {}

  /**
   * Checks a version that was found.
   *
   * @throws LedgerException if it is another than the current one
   */
  static void requireCurrent(int found, Object location) throws LedgerException {
    if (found < CURRENT) {
      throw new LedgerException(
          "The ledger %s is of version %d, and this program writes version %d: bring it over once with 'nightjar ledger migrate'"
              .formatted(location, found, CURRENT));
    }
    requireNotNewer(found, location);
  }

  /**
   * Checks a version that was found.
   *
   * @throws LedgerException if it is one of a later program
   */
  static void requireNotNewer(int found, Object location) throws LedgerException {
    if (found > CURRENT) {
      throw new LedgerException(
          "The ledger %s is of version %d, and this program knows versions up to %d: use the later program that wrote it"
              .formatted(location, found, CURRENT));
    }
  }
}
