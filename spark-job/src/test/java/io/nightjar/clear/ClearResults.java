package io.nightjar.clear;

import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.IntegerSlots;
import io.nightjar.plan.Layout;
import io.nightjar.plan.Place;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.protocol.Message;
import io.nightjar.protocol.Phase;
import io.nightjar.protocol.PhaseTimes;
import io.nightjar.protocol.Results;
import io.nightjar.protocol.RoundTask;
import io.nightjar.rounds.BatchDraws;
import java.util.Arrays;
import java.util.NoSuchElementException;

/** The one block of a task, evaluated with the round's whole step: a toy may. */
final class ClearResults implements Results {

  private final Layout layout;
  private final BatchDraws draws;
  private final RoundTask task;
  private final PhaseTimes times;
  private boolean done;

  ClearResults(Plan plan, BatchDraws draws, RoundTask task, PhaseTimes times) {
    this.layout = plan.layout();
    this.draws = draws;
    this.task = task;
    this.times = times;
  }

  @Override
  public boolean hasNext() {
    return !done;
  }

  @Override
  public Message next() {
    if (done) {
      throw new NoSuchElementException("The task is done");
    }
    done = true;
    return new Message(
        task.result(task.range().first()), times.timed(Phase.LINEAR, this::evaluate));
  }

  private ClearBlock evaluate() {
    Round round = task.round();
    IntegerSlots upload = ((ClearBlock) task.upload().block()).slots();
    int records = upload.records();
    long[] inputs = new long[round.inputFeatures() * records];
    for (int feature = 0; feature < round.inputFeatures(); feature++) {
      int from = index(upload, layout.uploadPlace(round, feature));
      System.arraycopy(upload.values(), from, inputs, feature * records, records);
    }
    long[] outputs =
        draws
            .step(task.place())
            .evaluate(new IntegerColumns(round.inputFeatures(), records, inputs))
            .values();
    int slots = layout.slots(records);
    IntegerSlots results = IntegerSlots.zeros(layout.returned(round), slots, records);
    for (int feature = 0; feature < round.outputFeatures(); feature++) {
      int to = index(results, layout.resultPlace(round, feature));
      System.arraycopy(outputs, feature * records, results.values(), to, records);
    }
    int first = task.range().first() * slots;
    long[] asked = Arrays.copyOfRange(results.values(), first, task.range().end() * slots);
    return new ClearBlock(new IntegerSlots(task.range().count(), slots, records, asked));
  }

  private static int index(IntegerSlots slots, Place place) {
    return slots.index(place.ciphertext(), place.slot());
  }

  @Override
  public void close() {
    done = true;
  }
}
