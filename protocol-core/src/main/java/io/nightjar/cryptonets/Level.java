package io.nightjar.cryptonets;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.lattice.LatticeEncryption;
import io.nightjar.model.Shape;
import io.nightjar.plan.PlanJson;
import io.nightjar.plan.PlanNode;
import java.util.regex.Pattern;

/**
 * One linear step of a network that is evaluated as a whole on ciphertexts.
 *
 * @param index the number of the level, from 0
 * @param title the names of its layers, for people
 * @param input the shape that it reads
 * @param output the shape that it makes
 * @param rows how many rows of weights there are
 * @param terms how many terms each row has
 * @param positions how many positions each row is evaluated at
 * @param squared whether its outputs are squared
 * @param limbs how many primes the ciphertexts have that it reads
 * @param dropped how many primes its outputs are divided by
 * @param range the largest output that is expected, before it is squared
 * @param error the largest error of an output that is expected, before it is squared
 */
record Level(
    int index,
    String title,
    Shape input,
    Shape output,
    int rows,
    int terms,
    int positions,
    boolean squared,
    int limbs,
    int dropped,
    double range,
    double error) {

  private static final Pattern TITLE = Pattern.compile("[\\w.+ -]{1,1000}");

  static Level read(PlanNode json) {
    return new Level(
        json.integer("index"),
        json.text("title"),
        json.get("input").shape(),
        json.get("output").shape(),
        json.integer("rows"),
        json.integer("terms"),
        json.integer("positions"),
        json.bool("squared"),
        json.integer("limbs"),
        json.integer("dropped"),
        json.number("range"),
        json.number("error"));
  }

  void write(ObjectNode json) {
    json.put("index", index).put("title", title);
    PlanJson.shape(json.putArray("input"), input);
    PlanJson.shape(json.putArray("output"), output);
    json.put("rows", rows).put("terms", terms);
    json.put("positions", positions).put("squared", squared);
    json.put("limbs", limbs).put("dropped", dropped);
    json.put("range", range).put("error", error);
  }

  /** Refuses a level from another party that contradicts itself. */
  void check(int expectedIndex, int mostLimbs) {
    boolean fits =
        index == expectedIndex
            && TITLE.matcher(title).matches()
            && rows == output.channels()
            && positions == output.height() * output.width()
            && terms >= 1
            && dropped >= 0
            && limbs > dropped
            && limbs <= mostLimbs
            && Double.isFinite(range)
            && Double.isFinite(error);
    if (!fits) {
      throw LatticeEncryption.unfit("level %d contradicts itself".formatted(expectedIndex));
    }
  }

  /** Returns the ciphertext-weight products of one draw. */
  long products() {
    return (long) rows * terms * positions;
  }
}
