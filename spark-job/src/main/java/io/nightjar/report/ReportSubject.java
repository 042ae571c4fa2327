package io.nightjar.report;

import io.nightjar.model.Task;
import java.io.Serializable;
import java.util.OptionalInt;

/** What the predictions of a job are, as far as a report counts them. */
public final class ReportSubject implements Serializable {

  private static final long serialVersionUID = 1;

  private static final int NONE = -1;

  private final Task task;
  private final int outputs;
  private final int riskClass;

  /**
   * Creates a subject.
   *
   * @param outputs how many classes, or values, the model puts out
   * @param riskClass the class whose probability is a record's risk, if one is
   */
  public ReportSubject(Task task, int outputs, OptionalInt riskClass) {
    this.task = task;
    this.outputs = outputs;
    this.riskClass = riskClass.orElse(NONE);
    if (riskClass.isPresent()
        && (task != Task.CLASSIFICATION || this.riskClass < 0 || this.riskClass >= outputs)) {
      throw new IllegalArgumentException(
          "Class %d of a %s with %d outputs".formatted(this.riskClass, task, outputs));
    }
  }

  /**
   * Returns the subject where nobody has chosen a class: of two classes the second is the one whose
   * probability is a risk, because a yes is that by custom; of more none is.
   */
  public static ReportSubject of(Task task, int outputs) {
    boolean two = task == Task.CLASSIFICATION && outputs == 2;
    return new ReportSubject(task, outputs, two ? OptionalInt.of(1) : OptionalInt.empty());
  }

  /** Returns what is predicted. */
  public Task task() {
    return task;
  }

  /** Returns how many classes, or values, the model puts out. */
  public int outputs() {
    return outputs;
  }

  /** Returns the class whose probability is a record's risk, if one is. */
  OptionalInt riskClass() {
    return riskClass == NONE ? OptionalInt.empty() : OptionalInt.of(riskClass);
  }
}
