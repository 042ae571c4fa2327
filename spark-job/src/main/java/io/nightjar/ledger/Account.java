package io.nightjar.ledger;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The answers that a data owner has had of a model.
 *
 * @param owner the fingerprint of the data owner's public key
 * @param model the digest of the model
 * @param jobs how many of its jobs were admitted
 * @param answered how many answers these jobs have
 */
public record Account(String owner, String model, long jobs, long answered) {

  private record Key(String owner, String model) {}

  /** Returns the accounts that entries make up, in the order of their first entries. */
  public static List<Account> of(Collection<Entry> entries) {
    Map<Key, Account> accounts = new LinkedHashMap<>();
    for (Entry entry : entries) {
      accounts.merge(
          new Key(entry.owner(), entry.model()),
          new Account(entry.owner(), entry.model(), 1, entry.answers()),
          Account::plus);
    }
    return List.copyOf(accounts.values());
  }

  private Account plus(Account other) {
    return new Account(owner, model, jobs + other.jobs, Math.addExact(answered, other.answered));
  }
}
