package io.nightjar.exchange;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nightjar.identity.Identity;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/**
 * A model owner's word that it has admitted a job and counted its answers.
 *
 * @param format {@link #FORMAT}
 * @param version {@link #VERSION}
 * @param job the job
 * @param order the digest of the order, which the data owner has signed
 * @param modelOwner who admitted it
 * @param model the digest of the model's files
 * @param answers how many answers were counted, the same as in the order
 * @param admitted when, in seconds
 */
@JsonPropertyOrder({
  "format",
  "version",
  "job",
  "order",
  "modelOwner",
  "model",
  "answers",
  "admitted"
})
public record Receipt(
    String format,
    int version,
    UUID job,
    String order,
    Identity modelOwner,
    String model,
    long answers,
    String admitted) {

  private static final String FORMAT = "nightjar-receipt";
  private static final int VERSION = 1;

  /** Checks the fields. */
  public Receipt {
    if (!FORMAT.equals(format) || version != VERSION) {
      throw new ExchangeException("not a receipt that this version knows");
    }
    Digests.check(order);
    Digests.check(model);
    if (!isTime(admitted)) { // it goes to a terminal
      throw new ExchangeException("a receipt without a time");
    }
  }

  private static boolean isTime(String text) {
    try {
      return Instant.parse(text).toString().equals(text);
    } catch (DateTimeException e) {
      return false;
    }
  }

  /** Returns the receipt of an order that is admitted now. */
  public static Receipt now(JobDescription order, String model) {
    return new Receipt(
        FORMAT,
        VERSION,
        order.job(),
        order.digest(),
        order.modelOwner(),
        model,
        order.answers(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  /** Returns whether it is of an order. */
  public boolean isOf(JobDescription order) {
    return job.equals(order.job())
        && this.order.equals(order.digest())
        && modelOwner.equals(order.modelOwner())
        && answers == order.answers();
  }
}
