package io.nightjar.bayhenn;

import io.nightjar.audit.Attacked;
import io.nightjar.model.Model;
import io.nightjar.plan.Plan;

/** Shows tests of other packages what an audit of bayhenn attacks. */
public final class AttackedBayhenn {

  private AttackedBayhenn() {}

  /** Returns what an audit of a model under a plan of bayhenn attacks. */
  public static Attacked of(Model model, Plan plan) {
    return Bayhenn.attacked(model, plan);
  }
}
