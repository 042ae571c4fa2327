package io.nightjar.history;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What became of a date, as the nightly script calls it, or as its output shows. */
public enum NightStatus {
  /** The date is scored. */
  DONE(""),
  /** The date has no records, and no output. */
  EMPTY(""),
  /** It was already scored, and nobody has kept what it came to then. */
  NOTHING_TO_DO(""),
  /** A machine, a disk or the network failed. */
  FAILED("the job failed: run the date again, and it goes on"),
  /** The date is scored, but an old partition could not be removed. */
  NOT_REMOVED("the date is scored, but an old partition could not be removed"),
  /** Records, model, settings or the command line are bad. */
  BAD_INPUT("what was given is bad: a person must look"),
  /** The other party or a policy refused, or results came back that no honest evaluation gives. */
  REFUSED("the job was refused: a person must look before anybody runs it again"),
  /** There was no input partition, or it was not ready. */
  NO_INPUT("there was no input: run the date again when there is"),
  /** A signal ended the run. */
  INTERRUPTED("the run was ended by a signal: run the date again, and it goes on"),
  /** A process works on it now. */
  IN_WORK(""),
  /** There is an output that is not finished, and no process that works on it is known. */
  UNFINISHED("the output is not finished: run the date again, and it goes on"),
  /** Its status line says something that no nightly script of this version says. */
  UNKNOWN("its status line says nothing that is known here");

  private final String remark;

  /**
   * Declares a status.
   *
   * @param remark why somebody should look; empty if nobody has to
   */
  NightStatus(String remark) {
    this.remark = remark;
  }

  /** Returns its name in status lines. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns why somebody should look, if somebody should. */
  public Optional<String> remark() {
    return remark.isEmpty() ? Optional.empty() : Optional.of(remark);
  }

  /** Returns the status of that name. */
  static NightStatus named(String text) {
    return Arrays.stream(values())
        .filter(status -> status.text().equals(text))
        .findFirst()
        .orElse(UNKNOWN);
  }
}
