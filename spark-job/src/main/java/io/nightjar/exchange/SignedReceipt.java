package io.nightjar.exchange;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * An order and its receipt with the signatures of both owners: it shows anybody who was to be
 * answered how much by whom.
 *
 * @param format {@link #FORMAT}
 * @param version {@link #VERSION}
 * @param order what the data owner ordered
 * @param orderSignatures the data owner's
 * @param receipt what the model owner counted
 * @param receiptSignatures the model owner's
 */
@JsonPropertyOrder({
  "format",
  "version",
  "order",
  "orderSignatures",
  "receipt",
  "receiptSignatures"
})
public record SignedReceipt(
    String format,
    int version,
    JobDescription order,
    SignatureFile orderSignatures,
    Receipt receipt,
    SignatureFile receiptSignatures) {

  /** The most bytes that one may take. */
  public static final int MOST_BYTES = 1 << 16;

  private static final String FORMAT = "nightjar-signed-receipt";
  private static final int VERSION = 1;

  /** Checks that it belongs together, and both signatures. */
  public SignedReceipt {
    if (!FORMAT.equals(format) || version != VERSION) {
      throw new ExchangeException("not a receipt that this version knows");
    }
    if (!receipt.isOf(order)) {
      throw new ExchangeException("a receipt of another order");
    }
    if (!isSigned(order, JobExchange.ORDER, orderSignatures, order, true)
        || !isSigned(order, JobExchange.RECEIPT, receiptSignatures, receipt, false)) {
      throw new ExchangeException("a receipt without the signatures of both owners");
    }
  }

  static SignedReceipt of(
      JobDescription order,
      SignatureFile orderSignatures,
      Receipt receipt,
      SignatureFile receiptSignatures) {
    return new SignedReceipt(FORMAT, VERSION, order, orderSignatures, receipt, receiptSignatures);
  }

  private static boolean isSigned(
      JobDescription order, String name, SignatureFile signatures, Object said, boolean byOwner) {
    byte[] message =
        SignedFiles.message(JobMarks.prefix(order.job()) + name, ExchangeJson.write(said));
    return signatures.signers().contains(byOwner ? order.owner() : order.modelOwner())
        && signatures.equals(signatures.validOf(message));
  }

  /**
   * Reads one.
   *
   * @throws ExchangeException if it is malformed, or a signature is not valid
   */
  public static SignedReceipt read(byte[] json) {
    return ExchangeJson.read(json, SignedReceipt.class);
  }

  /** Returns it as it is written. */
  public byte[] write() {
    return ExchangeJson.write(this);
  }
}
