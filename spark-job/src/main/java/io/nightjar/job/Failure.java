package io.nightjar.job;

import io.nightjar.crypto.CryptoException;
import io.nightjar.crypto.KeyProtectionException;
import io.nightjar.exchange.ExchangeException;
import io.nightjar.exchange.InUseException;
import io.nightjar.identity.IdentityPoisonedException;
import io.nightjar.identity.IdentityUnusableException;
import io.nightjar.keys.InvalidKeyException;
import io.nightjar.ledger.AdmissionRefusedException;
import io.nightjar.model.InvalidModelException;
import io.nightjar.plan.InvalidPlanException;
import io.nightjar.plan.PlanRefusedException;
import io.nightjar.protocol.ProtocolException;
import io.nightjar.records.InvalidInputException;
import io.nightjar.settings.InvalidSettingException;
import io.nightjar.spark.RoundFailedException;
import io.nightjar.staging.StagingException;
import io.nightjar.tables.InvalidTargetException;
import java.io.IOException;
import java.util.List;

/**
 * What there is to say of an exception, for whoever ran a command or called a program.
 *
 * @param kind whose matter it is
 * @param message one line
 */
public record Failure(Kind kind, String message) {

  /** Whose matter a failure is. */
  public enum Kind {
    /** What was given is wrong, and the message says how. */
    BAD_INPUT,
    /** A party or a policy refuses; nobody should ask again before a person has looked. */
    REFUSED,
    /** Something else went wrong, and the message says what; the same again may help. */
    FAILED,
    /** Nobody has thought of it: the stack trace is worth having. */
    UNEXPECTED
  }

  /** The exceptions that are about what the user gave. */
  private static final List<Class<? extends Exception>> BAD_INPUT =
      List.of(
          InvalidModelException.class,
          PlanRefusedException.class,
          InvalidPlanException.class,
          InvalidInputException.class,
          InvalidTargetException.class,
          InvalidSettingException.class,
          JobRefusedException.class,
          IdentityUnusableException.class,
          InvalidKeyException.class,
          KeyProtectionException.class);

  /** The exceptions with which a party or a policy refuses; the same command would not help. */
  private static final List<Class<? extends Exception>> REFUSALS =
      List.of(
          ProtocolException.class,
          AdmissionRefusedException.class,
          IdentityPoisonedException.class,
          ResultsWithheldException.class);

  /** The other exceptions whose messages explain them. */
  private static final List<Class<? extends Exception>> FAILURES =
      List.of(
          CryptoException.class,
          InUseException.class,
          ExchangeException.class,
          RoundFailedException.class,
          StagingException.class,
          IOException.class);

  /** Returns what there is to say of an exception. */
  public static Failure of(Throwable e) {
    return new Failure(kind(e), oneLine(e));
  }

  private static Kind kind(Throwable e) {
    if (isOneOf(BAD_INPUT, e)) {
      return Kind.BAD_INPUT;
    } else if (isOneOf(REFUSALS, e)) {
      return Kind.REFUSED;
    }
    return isOneOf(FAILURES, e) ? Kind.FAILED : Kind.UNEXPECTED;
  }

  private static boolean isOneOf(List<Class<? extends Exception>> types, Throwable e) {
    return types.stream().anyMatch(type -> type.isInstance(e));
  }

  /** Returns a message as one line that does nothing to a terminal, whoever wrote it. */
  private static String oneLine(Throwable e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return message.replaceAll("\\p{Cntrl}+", " ").strip();
  }
}
