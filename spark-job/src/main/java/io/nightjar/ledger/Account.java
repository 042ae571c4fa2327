package io.nightjar.ledger;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The answers that a data owner has had of the models of a lineage.
 *
 * @param owner what the data owner is counted as
 * @param lineage what the model owner calls these models
 * @param jobs how many of its jobs were admitted
 * @param answered how many answers these jobs have
 */
public record Account(String owner, String lineage, long jobs, long answered) {

  private record Key(String owner, String lineage) {}

  /** Returns the accounts that entries make up, in the order of their first entries. */
  public static List<Account> of(Collection<Entry> entries) {
    Map<Key, Account> accounts = new LinkedHashMap<>();
    for (Entry entry : entries) {
      accounts.merge(
          new Key(entry.owner(), entry.lineage()),
          new Account(entry.owner(), entry.lineage(), 1, entry.answers()),
          Account::plus);
    }
    return List.copyOf(accounts.values());
  }

  private Account plus(Account other) {
    return new Account(owner, lineage, jobs + other.jobs, Math.addExact(answered, other.answered));
  }
}
