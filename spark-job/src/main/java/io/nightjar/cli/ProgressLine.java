package io.nightjar.cli;

import java.io.PrintStream;

/** Shows progress in a line of a terminal, which is written over again and again. */
final class ProgressLine extends ShownProgress {

  private final PrintStream terminal;
  private final int columns;
  private int shown;

  /**
   * Creates the line.
   *
   * @param columns how many the terminal has; the last is left free, where some begin a new line
   */
  ProgressLine(JobMeter meter, PrintStream terminal, int columns) {
    super(meter);
    this.terminal = terminal;
    this.columns = columns - 1;
  }

  @Override
  void show(JobMeter now) {
    String line = now.line(columns);
    terminal.print("\r" + line + " ".repeat(Math.max(0, shown - line.length())));
    terminal.flush();
    shown = line.length();
  }

  @Override
  void waveFinished(JobMeter now) {
    show(now);
  }

  @Override
  void ended(JobMeter now) {
    show(now);
    terminal.println();
    terminal.flush();
  }
}
