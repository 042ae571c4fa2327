package io.nightjar.cli;

import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.Wave;
import io.nightjar.text.Amounts;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Measures how far a job is, and says it in a line.
 *
 * <p>A record's way has as many steps as the plan has rounds, and one more for its prediction. What
 * an earlier process had finished counts as done, but not for the speed.
 */
final class JobMeter {

  private static final double NANOS = 1e9;

  /** The least of all steps after which there is a speed to speak of. */
  private static final double LEAST_SHARE = 0.01;

  private final LongSupplier clock;
  private JobDescription job;
  private int waves;
  private int rounds;
  private long start;
  private long done;
  private long steps;
  private long stepsToDo;
  private String place = "";

  /**
   * Creates a meter.
   *
   * @param clock nanoseconds from anywhere
   */
  JobMeter(LongSupplier clock) {
    this.clock = clock;
  }

  /**
   * Begins.
   *
   * @param ofPlan rounds of the plan
   * @param open waves without results
   */
  void begin(int ofPlan, JobDescription description, List<Wave> open) {
    job = description;
    waves = description.waves().size();
    rounds = ofPlan;
    start = clock.getAsLong();
    long records = open.stream().mapToLong(job::records).sum();
    done = description.records() - records;
    stepsToDo = records * (rounds + 1);
  }

  void uploaded(Wave wave, int round) {
    place =
        "wave %s/%s, round %d/%d"
            .formatted(Amounts.count(wave.index() + 1), Amounts.count(waves), round + 1, rounds);
  }

  void evaluated(Wave wave) {
    steps += job.records(wave);
  }

  void finished(Wave wave) {
    steps += job.records(wave);
    done += job.records(wave);
  }

  /** Returns as much as fits into so many columns: what says least is left out first. */
  String line(int columns) {
    double share = stepsToDo == 0 ? 1 : (double) steps / stepsToDo;
    double seconds = (clock.getAsLong() - start) / NANOS;
    boolean moving = share >= LEAST_SHARE && seconds > 0;
    String records =
        "%s of %s"
            .formatted(Amounts.count(done), Amounts.count(job.records(), "record", "records"));
    String speed =
        moving ? Amounts.count(Math.round(steps / (rounds + 1.0) / seconds)) + " records/s" : "";
    String left = moving && share < 1 ? left(seconds / share * (1 - share)) : "";
    List<String> parts =
        new ArrayList<>(
            List.of("%d %%".formatted((long) (100 * share)), place, records, speed, left));
    parts.removeIf(String::isEmpty);
    for (String least : List.of(speed, place, records, left)) {
      if (String.join(", ", parts).length() <= columns) {
        break;
      }
      parts.remove(least);
    }
    String line = String.join(", ", parts);
    return line.substring(0, Math.min(line.length(), columns));
  }

  private static String left(double seconds) {
    return Amounts.seconds(Math.ceil(seconds)) + " left";
  }
}
