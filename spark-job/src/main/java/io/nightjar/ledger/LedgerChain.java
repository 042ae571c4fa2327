package io.nightjar.ledger;

import io.nightjar.exchange.ExchangeException;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** The files of a ledger in a directory as they were read, one after the other. */
final class LedgerChain {

  private final List<EarlierEntryFile> earlier = new ArrayList<>();
  private final List<Entry> entries = new ArrayList<>();
  private long files;
  private String digest = "";
  private boolean migrated;

  /**
   * Adds the next file.
   *
   * @throws IllegalArgumentException if it is not one that was written after those before it
   */
  void add(byte[] bytes) {
    LedgerFile file = LedgerFile.read(bytes, next(), digest);
    try {
      add(file);
    } catch (ExchangeException | DateTimeException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    files++;
    digest = LedgerFile.digest(bytes);
  }

  private void add(LedgerFile file) {
    if (file instanceof EarlierEntryFile before) {
      LedgerFile.require(entries.isEmpty() && !migrated);
      Entry unused = before.entry("unknown"); // what is no entry is noticed at once
      earlier.add(before);
    } else if (file instanceof MigrationFile migration) {
      LedgerFile.require(isEarlier());
      migrated = true;
      earlier.forEach(entry -> entries.add(entry.entry(migration.lineage(entry.model()))));
    } else if (file instanceof EntryFile entry) {
      LedgerFile.require(!isEarlier());
      entries.add(entry.entry());
    }
  }

  /** Returns whether the entries are of the first version, and were not brought over. */
  boolean isEarlier() {
    return !earlier.isEmpty() && !migrated;
  }

  /** Returns the models of entries of the first version. */
  SortedSet<String> earlierModels() {
    SortedSet<String> models = new TreeSet<>();
    earlier.forEach(entry -> models.add(entry.model()));
    return models;
  }

  /** Returns how many entries of the first version there are. */
  int earlierEntries() {
    return earlier.size();
  }

  /** Returns the entries, without those that were not brought over. */
  List<Entry> entries() {
    return entries;
  }

  /** Returns how many files there are. */
  long files() {
    return files;
  }

  /** Returns the number of the next file. */
  long next() {
    return files + 1;
  }

  /** Returns the digest of the last file; empty without one. */
  String digest() {
    return digest;
  }
}
