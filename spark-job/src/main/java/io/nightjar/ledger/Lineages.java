package io.nightjar.ledger;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which lineages the models of an earlier ledger belong to, as its entries do not say.
 *
 * @param named the lineage of a model, by its digest
 * @param others the lineage of all other models, if they have one
 */
public record Lineages(Map<String, String> named, Optional<String> others) {

  /** Checks the names and copies them. */
  public Lineages {
    named = Map.copyOf(named);
    named.keySet().forEach(model -> Entry.requireDigest("model's digest", model));
    named.values().forEach(Entry::requireLineage);
    others.ifPresent(Entry::requireLineage);
  }

  /**
   * Returns the lineages of models.
   *
   * @throws LedgerException if one has none, as it would get a new budget
   */
  SortedMap<String, String> of(Collection<String> models) throws LedgerException {
    SortedMap<String, String> lineages = new TreeMap<>();
    Set<String> unknown = new TreeSet<>();
    for (String model : models) {
      Optional<String> lineage = Optional.ofNullable(named.get(model)).or(() -> others);
      lineage.ifPresentOrElse(name -> lineages.put(model, name), () -> unknown.add(model));
    }
    if (!unknown.isEmpty()) {
      throw new LedgerException(
          "The ledger does not say what lineage these models are of; say it, usually the name in model.json: %s"
              .formatted(
                  unknown.stream()
                      .map(model -> "--lineage %s=NAME".formatted(model))
                      .collect(Collectors.joining(" "))));
    }
    return lineages;
  }
}
