package io.nightjar.plan;

import java.util.Optional;

/** A reader of the sheets of plans from another party, whatever their protocols. */
@FunctionalInterface
public interface SheetReader {

  /**
   * Returns the sheet in a plan's JSON.
   *
   * @param protocol the name of the plan's protocol
   * @return nothing if there is no such protocol
   * @throws InvalidPlanException if a field is missing or not of its type
   */
  Optional<Sheet> read(String protocol, PlanNode plan);
}
